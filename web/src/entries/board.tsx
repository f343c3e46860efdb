import { mount } from "../app/mount";
import { SignedIn } from "../app/SignedIn";
import { Board } from "../features/board";

mount(
  <SignedIn>
    <Board />
  </SignedIn>,
  "face.board",
);
