"""Loads a page in headless Chromium, on a phone and on a wide screen, in light and in dark, and prints a
line of JSON for each: what it asked for, what is wider than the screen, and the least contrast of its texts
and of its drawings."""

import json
import pathlib
import sys

from playwright.sync_api import sync_playwright

MEASURE = """
() => {
  const numbers = colour => colour.match(/[0-9.]+/g).map(Number);
  const light = rgb => {
    const [r, g, b] = rgb.slice(0, 3).map(c => {
      c /= 255;
      return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [a, b] = [light(one), light(other)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const ground = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = numbers(getComputedStyle(e).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const width = document.documentElement.clientWidth;
  const result = {
    scrollWidth: document.documentElement.scrollWidth, width, wide: [], text: 99, drawing: 99,
    smallest: 99, background: getComputedStyle(document.body).backgroundColor,
    charts: document.querySelectorAll('figure svg[role=img]').length,
    described: [...document.querySelectorAll('figure svg')].filter(
      svg => (svg.getAttribute('aria-label') || '').length > 20).length,
    scripts: document.scripts.length,
  };
  const overlaps = [];
  for (const element of document.querySelectorAll('body *')) {
    const box = element.getBoundingClientRect();
    if (box.right > width + 0.5 && !element.closest('.scroll, pre')) result.wide.push(element.tagName);
    const style = getComputedStyle(element);
    if (element.tagName === 'text') {
      result.text = Math.min(result.text, contrast(numbers(style.fill), ground(element)));
      result.smallest = Math.min(result.smallest, box.height);
    } else if ([...element.childNodes].some(n => n.nodeType === 3 && n.data.trim())) {
      result.text = Math.min(result.text, contrast(numbers(style.color), ground(element)));
    }
    if (element.matches('.bar, .mark')) {
      result.drawing = Math.min(result.drawing, contrast(numbers(style.fill), ground(element)));
    }
  }
  for (const svg of document.querySelectorAll('figure svg')) {
    const edge = svg.getBoundingClientRect();
    const boxes = [...svg.querySelectorAll('text')].map(t => [t.getBoundingClientRect(), t.textContent]);
    for (const [box, text] of boxes) {
      if (box.left < edge.left - 1 || box.right > edge.right + 1 || box.bottom > edge.bottom + 1) {
        result.wide.push('text ' + text);
      }
    }
    for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
      const [a, b] = [boxes[i][0], boxes[j][0]];
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 1 && down > 4) overlaps.push(boxes[i][1] + ' | ' + boxes[j][1]);
    }
  }
  return {...result, overlaps};
}
"""

page_path = pathlib.Path(sys.argv[1]).resolve().as_uri()
with sync_playwright() as play:
    browser = play.chromium.launch(executable_path=sys.argv[2], args=["--no-sandbox"])
    for scheme in ("light", "dark"):
        for width in (390, 1400):
            context = browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme=scheme)
            page = context.new_page()
            page.set_default_timeout(120_000)
            requests = []
            page.on("request", lambda request: requests.append(request.url))
            page.goto(page_path)
            found = page.evaluate(MEASURE)
            if len(sys.argv) > 3:
                page.screenshot(path=f"{sys.argv[3]}-{scheme}-{width}.png", full_page=True)
            found["requests"] = [url for url in requests if url != page_path]
            print(json.dumps({"scheme": scheme, **found}))
            context.close()
    browser.close()
