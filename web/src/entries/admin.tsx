import { mount } from "../app/mount";
import { SignedIn } from "../app/SignedIn";
import { Admin } from "../features/admin";

mount(
  <SignedIn>
    <Admin />
  </SignedIn>,
  "face.admin",
);
