import "../ui/tokens.css";
import "../ui/base.css";
import "../features/sos/sos.css";
import { open } from "../features/sos/page";

const root = document.getElementById("root");
if (root) open(root);
