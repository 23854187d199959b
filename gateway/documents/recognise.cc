// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <tuple>

#include "gateway/documents/layouts.h"
#include "gateway/documents/row_reader.h"

namespace semafoor::documents {
namespace {

// How well a layout fits; or why it does not.
struct Fit {
  bool named = false;
  std::size_t columns = 0;
  int good = 0;
  std::string why_not;

  auto rank() const { return std::tuple(named, columns, good); }
};

bool has_family(const Layout& layout, v1::MessageFamily family) {
  return family == v1::MESSAGE_FAMILY_UNSPECIFIED ||
         std::find(layout.families.begin(), layout.families.end(), family) != layout.families.end();
}

// By what needs no look at the rows; empty when nothing speaks against it.
std::string excluded(const Layout& layout, const Asked& asked) {
  if (!has_family(layout, asked.family))
    return "it is not for " + v1::MessageFamily_Name(asked.family);
  if ((layout.format == Format::xml) != (asked.kind == Kind::xml))
    return "it is for " + std::string(layout.format == Format::xml ? "XML" : "text");
  const bool named =
      layout.file_names.empty() ||
      std::any_of(layout.file_names.begin(), layout.file_names.end(),
                  [&](const std::string& pattern) { return fits_name(pattern, asked.file_name); });
  return named ? "" : "the file has another name";
}

std::size_t columns_in(const Layout& layout, const RowReader& reader, const Row& row) {
  if (reader.shape()) return reader.shape()->found;
  if (layout.format == Format::fixed) return layout.columns.size();
  return static_cast<std::size_t>(std::count_if(row.values.begin(), row.values.end(),
                                                [](const Value& v) { return v.present; }));
}

bool has_length(const Layout& layout, std::size_t length) {
  return length >= layout.shortest && (layout.longest == 0 || length <= layout.longest);
}

Fit fit_of(const Opener& open, const TextFacts& facts, const Layout& layout,
           const CodeLists& lists) {
  Fit fit{.named = !layout.file_names.empty()};
  auto reader = RowReader::open(open, facts, layout, lists);
  if (!reader) {
    // Without what was tried, which is the same for all.
    const std::string& message = reader.error().message;
    const std::size_t tried = message.find(": ");
    fit.why_not = tried == std::string::npos ? message : message.substr(tried + 2);
    return fit;
  }
  Row row;
  BadRow bad;
  BadRow first;
  for (std::size_t i = 0; i < kRowsLookedAt; ++i) {
    auto step = reader->next(row, bad);
    if (!step) {
      fit.why_not = step.error().message;
      return fit;
    }
    if (*step == RowReader::Step::end) break;
    if (*step == RowReader::Step::bad) {
      if (first.problems.empty()) first = bad;
      continue;
    }
    if (layout.format == Format::fixed && layout.shortest > 0 &&
        !has_length(layout, reader->length())) {
      fit.why_not = "line " + std::to_string(row.line) + " has " +
                    std::to_string(reader->length()) + " characters";
      continue;
    }
    ++fit.good;
    fit.columns = std::max(fit.columns, columns_in(layout, *reader, row));
  }
  if (fit.good > 0) {
    fit.why_not.clear();
  } else if (!first.problems.empty()) {
    fit.why_not = "line " + std::to_string(first.line) + ": " + first.problems[0].message;
  } else if (fit.why_not.empty() && reader->shape() && reader->shape()->header_line) {
    // A header and nothing more: a list that is empty this month.
    fit.columns = reader->shape()->found;
  } else if (fit.why_not.empty()) {
    fit.why_not = "there are no rows";
  }
  return fit;
}

}  // namespace

Result<const Layout*> recognise(const Opener& open, const TextFacts& facts, const Asked& asked,
                                const Layouts& layouts, const CodeLists& lists) {
  const Layout* best = nullptr;
  Fit best_fit;
  std::string equals;
  std::string reasons;
  for (const Layout& layout : layouts.all()) {
    Fit fit;
    fit.why_not = excluded(layout, asked);
    if (fit.why_not.empty()) fit = fit_of(open, facts, layout, lists);
    if (!fit.why_not.empty()) {
      reasons += "\n  " + layout.name + ": " + fit.why_not;
    } else if (best == nullptr || fit.rank() > best_fit.rank()) {
      best = &layout;
      best_fit = fit;
      equals = layout.name;
    } else if (fit.rank() == best_fit.rank()) {
      equals += ", " + layout.name;
    }
  }
  if (best == nullptr)
    return Error{.kind = ErrorKind::not_found,
                 .code = "layout.unknown",
                 .message =
                     "Looking for the layout of a file: none fits. Write one "
                     "(docs/layouts.md), or name the one it should be to see what is wrong "
                     "row by row." +
                     reasons};
  if (equals != best->name)
    return Error{.kind = ErrorKind::failed_precondition,
                 .code = "layout.ambiguous",
                 .message = "Looking for the layout of a file: " + equals +
                            " fit equally well. Name the right one, or tell them apart by "
                            "\"fileName\" or by mandatory columns."};
  return best;
}

}  // namespace semafoor::documents
