import { catalogue } from "../../../i18n/catalogue";

export const messages = catalogue(
  {
    "enrol.title": "این دستگاه هنوز راه ندارد",
    "enrol.code": "کد دستگاه",
    "enrol.type": "کد را بنویسید.",
    "enrol.enrol": "پیوستن به واحد",
    "unsent.some": "{n} کار از این دستگاه هنوز به کارساز نرسیده است:",
    "unsent.help": "{n} درخواست کمک میان آن‌هاست. همین حالا با بی‌سیم بگویید.",
    "unsent.kept":
      "رمزشده همین‌جا می‌ماند و همین که دستگاه دوباره به همان واحد راه یابد، فرستاده می‌شود. جز این‌ها چیزی از دیده‌ها نمانده است.",
    "unsent.unreadable": "کلید این کار از دستگاه پاک شده است؛ نوشته‌اش دیگر خوانده و فرستاده نمی‌شود.",
    "lost.title": "این کارها هرگز به کارساز نرسید",
    "lost.what": "{n} کارِ واحد پیشین از این دستگاه دیگر فرستاده نمی‌شود:",
    "lost.help": "درخواست کمک",
    "lost.act": "کار ثبت‌شده",
    "lost.say": "به میز فرماندهی آن واحد بگویید تا آنچه روی داده است با دست ثبت شود.",
    "lost.read": "خواندم، از دستگاه پاک شود",
  },
  {
    "enrol.title": "This handheld is not let in",
    "enrol.code": "Code of the device",
    "enrol.type": "Type the code.",
    "enrol.enrol": "Join the unit",
    "unsent.some": "Acts on this device that have not reached the server: {n}, of",
    "unsent.help": "Calls for help among them: {n}. Say so by radio now.",
    "unsent.kept":
      "They stay here, encrypted, and go out as soon as this device is let in for the same unit again. Nothing else that was seen is left.",
    "unsent.unreadable": "The key of this act is gone from the device; it cannot be read or sent any more.",
    "lost.title": "These acts never reached the server",
    "lost.what": "Acts of the unit before, which this device cannot send any more: {n}, of",
    "lost.help": "Call for help",
    "lost.act": "An act that was recorded",
    "lost.say": "Tell that unit's desk, so that what happened is entered by hand.",
    "lost.read": "I have read it; clear it from the device",
  },
);
