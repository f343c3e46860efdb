import { ahead } from "../app/ahead";
import { mount } from "../app/mount";
import { SignedIn } from "../app/SignedIn";
import { Board } from "../features/board";
import { keepDesk } from "../pwa/desk";
import { Speak } from "../ui";

mount(
  <Speak>
    <SignedIn>
      <Board />
    </SignedIn>
  </Speak>,
  "face.board",
  ahead,
);
keepDesk("/board");
