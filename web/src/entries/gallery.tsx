import { mount } from "../app/mount";
import { Gallery } from "../features/gallery";
import { Speak } from "../ui";

mount(
  <Speak>
    <Gallery />
  </Speak>,
  "face.index",
);
