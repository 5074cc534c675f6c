#include "iatk/trace/render_html.h"

#include <fmt/format.h>

#include <algorithm>

#include "iatk/json/write.h"
#include "iatk/trace/waterfall.h"

namespace iatk::trace {
namespace {

constexpr std::size_t kMostRows = 20'000;
constexpr std::size_t kMostIndent = 40;
constexpr std::size_t kMostNameBytes = 200;
constexpr std::size_t kMostDocumentBytes = 20'000;

constexpr std::string_view kStyle =
    "body{font:14px/1.4 system-ui,sans-serif;margin:1.5em;color:#1a1a1a;background:#fff}"
    "h1{font-size:1.1em}pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f4f4f4;"
    "padding:.5em;margin:.2em 0 .6em}"
    "summary{display:grid;grid-template-columns:minmax(0,34%) 6em 6em 1fr;gap:.6em;"
    "align-items:center;cursor:pointer;border-bottom:1px solid #eee}"
    "summary:hover{background:#f7f7fb}"
    ".n{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.o{color:#777;font-size:.85em}"
    ".t{text-align:right;font-variant-numeric:tabular-nums;color:#444}"
    ".l{position:relative;height:1em;background:#fafafa}"
    ".b{position:absolute;top:0;bottom:0;min-width:2px;background:#4a7ebb}"
    ".s .b{background:#a9c4e4}.f .b{background:#c0392b}.p .b{background:#e0a020}"
    ".h{margin:.8em 0 .2em;color:#a15c00}.e{color:#c0392b}"
    "@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}"
    "pre,.l,summary:hover{background:#222}summary{border-color:#333}.t,.o{color:#aaa}}";

std::string Escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c;
    }
  }
  return escaped;
}

// The document without its subsegments, which have rows of their own.
std::string DocumentOf(const Part& part) {
  json::Object own;
  for (const json::Member& member : *part.json->AsObject()) {
    if (member.first != "subsegments") own.Append(member.first, member.second);
  }
  std::string text = json::WritePretty(own);
  if (text.size() <= kMostDocumentBytes) return text;
  std::size_t end = kMostDocumentBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return fmt::format("{}\n({} bytes)", text.substr(0, end), text.size());
}

std::string_view ClassOf(const Row& row, const Part& part) {
  if (row.is_failure) return "f";
  if (part.in_progress()) return "p";
  return part.is_segment ? "" : "s";
}

void AddRow(const Row& row, const Part& part, std::string* out) {
  if (!row.heading.empty()) *out += fmt::format("<p class=h>{}</p>\n", Escape(row.heading));
  *out += fmt::format(
      "<details class=\"{}\"><summary><span class=n style=\"padding-left:{}em\">{} "
      "<span class=o>{}</span> <span class=e>{}</span></span>"
      "<span class=t>+{:.0f} ms</span><span class=t>{:.0f} ms</span>"
      "<span class=l><span class=b style=\"left:{:.3f}%;width:{:.3f}%\"></span></span>"
      "</summary><pre>{}</pre></details>\n",
      ClassOf(row, part), std::min(row.depth, kMostIndent),
      Escape(OneLine(part.name, kMostNameBytes)), Escape(OneLine(part.origin, kMostNameBytes)),
      Escape(row.state), row.start_ms, row.duration_ms, row.begin * 100,
      (row.end - row.begin) * 100, Escape(DocumentOf(part)));
}

}  // namespace

std::string RenderHtml(const Forest& forest, std::string_view title, std::string_view notes) {
  const Waterfall waterfall = LayOut(forest, true, kMostRows);
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8>\n"
      "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src "
      "'unsafe-inline'\">\n<meta name=viewport content=\"width=device-width\">\n"
      "<title>{0}</title>\n<style>{1}</style></head><body>\n<h1>{0}</h1>\n"
      "<p>{2} rows, {3:.0f} ms</p>\n",
      Escape(title), kStyle, waterfall.rows.size() + waterfall.left_out, waterfall.total_ms);
  if (!notes.empty()) page += fmt::format("<pre>{}</pre>\n", Escape(notes));
  for (const Row& row : waterfall.rows) AddRow(row, forest.parts[row.part], &page);
  if (waterfall.left_out > 0) page += fmt::format("<p>and {} more</p>\n", waterfall.left_out);
  return page + "</body></html>\n";
}

}  // namespace iatk::trace
