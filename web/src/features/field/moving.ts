import { useEffect, useState } from "react";
import { useHere } from "./hooks";

/** Whether the car moves, or did a moment ago. */
export function useMovingGate(): boolean {
  const { moving } = useHere();
  // Once stopped, wait a moment: a car at a light is not parked.
  const [gate, setGate] = useState(moving);
  useEffect(() => {
    if (moving) {
      setGate(true);
      return;
    }
    const timer = setTimeout(() => setGate(false), 3_000);
    return () => clearTimeout(timer);
  }, [moving]);
  return gate;
}
