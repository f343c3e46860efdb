import { mount } from "../app/mount";
import { SignedIn } from "../app/SignedIn";
import { Console, fetchFirst } from "../features/console";
import { Speak } from "../ui";

fetchFirst();
mount(
  <Speak>
    <SignedIn>
      <Console />
    </SignedIn>
  </Speak>,
  "face.console",
);
