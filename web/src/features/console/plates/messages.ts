import { catalogue } from "../../../i18n/catalogue";

export const messages = catalogue(
  {
    "vehicle.add": "پلاک خودرو",
    "vehicle.put": "به شرح بیفزا",
    "vehicle.none": "پلاک هنوز کامل نیست",
    "vehicle.said": "پلاک {plate}",
  },
  {
    "vehicle.add": "Number plate",
    "vehicle.put": "Put into the narrative",
    "vehicle.none": "The plate is not complete yet",
    "vehicle.said": "plate {plate}",
  },
);
