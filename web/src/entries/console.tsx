import { mount } from "../app/mount";
import { SignedIn } from "../app/SignedIn";
import { Console } from "../features/console";

mount(
  <SignedIn>
    <Console />
  </SignedIn>,
  "face.console",
);
