import { mount } from "../app/mount";
import { Gallery } from "../features/gallery";

mount(<Gallery />, "face.index");
