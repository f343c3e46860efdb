import { mount } from "../app/mount";
import { SignedIn } from "../app/SignedIn";
import { Console } from "../features/console";
import { Speak } from "../ui";

mount(
  <Speak>
    <SignedIn>
      <Console />
    </SignedIn>
  </Speak>,
  "face.console",
);
