import { mount } from "../app/mount";
import { SignedIn } from "../app/SignedIn";
import { FieldFace } from "../features/field";

mount(
  <SignedIn>
    <FieldFace />
  </SignedIn>,
);
