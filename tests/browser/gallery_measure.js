// Measures of every piece on the page: name, box in it, and what the browser computed for colours, edges and type.
() =>
  Object.fromEntries(
    [...document.querySelectorAll(".piece, .dialog, .choice-list")].map((piece) => {
      const origin = piece.getBoundingClientRect();
      const hex = (colour) => {
        const [r, g, b, alpha = 1] = (colour.match(/[\d.]+/g) ?? []).map(Number);
        if (alpha === 0) return "-";
        const solid = [r, g, b].map((n) => Math.round(n).toString(16).padStart(2, "0")).join("");
        return alpha < 1 ? `${solid}/${alpha}` : solid;
      };
      const looksOf = (element) => {
        const style = getComputedStyle(element);
        if (element instanceof SVGElement && !(element instanceof SVGSVGElement))
          return [style.fill === "none" ? "-" : hex(style.fill), style.stroke === "none" ? "-" : hex(style.stroke)];
        const { borderTopStyle, borderTopWidth, borderTopColor, outlineStyle, outlineWidth, outlineColor } = style;
        return [
          hex(style.color),
          hex(style.backgroundColor),
          borderTopStyle === "none" ? "-" : `${parseFloat(borderTopWidth)}${borderTopStyle[1]}${hex(borderTopColor)}`,
          outlineStyle === "none" ? "-" : `${parseFloat(outlineWidth)}${hex(outlineColor)}`,
          `${parseFloat(style.fontSize)}/${style.fontWeight}`,
        ];
      };
      const rows = [];
      for (const element of piece.querySelectorAll("*")) {
        if (element.closest(".visually-hidden") || element.matches("option")) continue;
        const box = element.getBoundingClientRect();
        if (box.width * box.height === 0) continue;
        const own = typeof element.className === "string" ? element.className.split(/\s+/)[0] : "";
        rows.push([
          element.tagName.toLowerCase() + (own ? `.${own}` : ""),
          [box.x - origin.x, box.y - origin.y, box.width, box.height].map(Math.round),
          looksOf(element).join(" "),
        ]);
      }
      return [piece.dataset.piece ?? (piece.matches(".dialog") ? "dialog-open" : "choice-open"), { size: [origin.width, origin.height].map(Math.round), rows }];
    }),
  )
