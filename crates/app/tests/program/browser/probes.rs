//! What is asked of every page.

use serde_json::Value;

use super::driver::Browser;

/// Nothing stands out at a side.
pub(super) const FITS: &str = "return document.documentElement.scrollWidth <= document.documentElement.clientWidth";

/// The least contrast of a text to what is behind it (WCAG 2, 1.4.3), and the text.
pub(super) const CONTRAST: &str = r"
    const numbers = text => { const n = text.match(/[\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n };
    const light = c => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4 };
    const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
    const behind = element => {
        for (let it = element; it; it = it.parentElement) {
            const color = numbers(getComputedStyle(it).backgroundColor);
            if (color[3] === 1) return color;
        }
        return [255, 255, 255, 1];
    };
    let least = [21, ''];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode.textContent.trim(), element = walker.currentNode.parentElement;
        if (!text || element.closest('svg') || !element.checkVisibility()) continue;
        const [a, b] = [luminance(numbers(getComputedStyle(element).color)), luminance(behind(element))];
        const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (contrast < least[0]) least = [contrast, text];
    }
    return least";

/// What a person who does not see the page could not tell, and what a finger could not hit.
const FAULTS: &str = r"
    const faults = [], all = selector => [...document.querySelectorAll(selector)];
    if (all('h1').length !== 1) faults.push('not one h1');
    if (all('main').length !== 1) faults.push('not one main');
    if (!document.title.trim()) faults.push('no title');
    if (!document.documentElement.lang) faults.push('no language');
    for (const it of all('img')) if (!it.alt.trim()) faults.push('an image without words');
    for (const it of all('[role=img]')) if (!it.getAttribute('aria-label')?.trim()) faults.push('a picture without words');
    for (const it of all('a, button, summary')) {
        if (!it.checkVisibility()) continue;
        if (!it.textContent.trim()) faults.push('something to press without words');
        if (it.getBoundingClientRect().height < 40 && it.tagName !== 'SUMMARY') faults.push(`small: ${it.textContent}`);
    }
    for (const it of all('[aria-labelledby]'))
        if (!document.getElementById(it.getAttribute('aria-labelledby'))) faults.push('a label that is not there');
    if (all('script').length) faults.push('a script');
    return faults";

/// The page can be read by everybody, at any size and in either direction, and is by itself.
pub(super) async fn check(browser: &Browser, server: &str, name: &str) {
    assert_eq!(browser.ask(FITS).await, true, "{name}: something stands out");
    let least = browser.ask(CONTRAST).await;
    assert!(least[0].as_f64().unwrap() >= 4.5, "{name}: {least}");
    assert_eq!(browser.ask(FAULTS).await, Value::Array(Vec::new()), "{name}");
    browser.picture(name).await;
    browser.ask("document.querySelectorAll('details').forEach(it => it.open = true)").await;
    browser.ask("document.documentElement.dir = 'rtl'").await;
    assert_eq!(browser.ask(FITS).await, true, "{name}, right to left: something stands out");
    let least = browser.ask(CONTRAST).await;
    assert!(least[0].as_f64().unwrap() >= 4.5, "{name}, all open: {least}");
    browser.picture(&format!("{name}-rtl")).await;
    browser.ask("document.documentElement.dir = 'ltr'").await;
    let (asked, console) = browser.traffic().await;
    assert!(asked.iter().all(|url| url.starts_with(server)), "{name}: {asked:?}");
    assert_eq!(console, [""; 0], "{name}");
}
