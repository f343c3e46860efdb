import { mount } from "../app/mount";
import { SignedIn } from "../app/SignedIn";
import { Admin } from "../features/admin";
import { Speak } from "../ui";

mount(
  <Speak>
    <SignedIn>
      <Admin />
    </SignedIn>
  </Speak>,
  "face.admin",
);
