import { mount } from "../app/mount";
import { Welcome } from "../features/welcome";

mount(<Welcome />, "face.index");
