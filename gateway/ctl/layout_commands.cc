// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/layout_commands.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "gateway/ctl/answers.h"
#include "gateway/ctl/layout_page.h"
#include "gateway/ctl/render.h"
#include "gateway/data/data_file.h"
#include "gateway/documents/budget_articles.h"
#include "gateway/documents/document.h"
#include "gateway/os/utf8_path.h"

namespace semafoor::ctl {
namespace {

Failure failure_of(const Error& error) {
  return {kUsage, error.code, error.message};
}

Result<documents::Layouts> layouts_of(const std::string& folder) {
  if (folder.empty()) return documents::Layouts::builtin();
  return documents::Layouts::load(os::path_of(folder));
}

// By its name, or from its file, which `layouts` then holds too.
Result<const documents::Layout*> chosen(const std::string& word, documents::Layouts& layouts) {
  if (const auto* known = layouts.find(word)) return known;
  std::error_code problem;
  if (!std::filesystem::is_regular_file(os::path_of(word), problem)) {
    std::string names;
    for (const auto& layout : layouts.all()) names += " " + layout.name;
    return Error{.kind = ErrorKind::not_found,
                 .code = "usage.layout",
                 .message = "There is neither a layout nor a file " + word +
                            ". The layouts are:" + names + "."};
  }
  auto layout = documents::load_layout(os::path_of(word));
  if (!layout) return layout.error();
  const std::string name = layout->name;
  layouts.put(std::move(*layout));
  return layouts.find(name);
}

struct Codes {
  documents::CodeLists lists = documents::CodeLists::builtin();
  documents::BudgetArticles articles;
};

Result<Codes> codes_of(const std::vector<std::string>& files) {
  Codes codes;
  std::filesystem::path articles;
  for (const std::string& file : files) {
    auto text = data::text_of(os::path_of(file), "");
    if (!text) return text.error();
    auto list = codes.lists.replace(*text, file);
    if (!list) return list.error();
    if (*list == "budget-articles") articles = os::path_of(file);
  }
  auto loaded = documents::BudgetArticles::load(articles);
  if (!loaded) return loaded.error();
  codes.articles = std::move(*loaded);
  return codes;
}

}  // namespace

int test_layout(const Common& common, const LayoutTest& test, std::ostream& out) {
  auto layouts = layouts_of(test.folder);
  if (!layouts) return fail(common, failure_of(layouts.error()));
  const auto codes = codes_of(test.codes);
  if (!codes) return fail(common, failure_of(codes.error()));
  documents::Choice choice{.layouts = &*layouts, .lists = &codes->lists, .layout = nullptr};
  if (!test.layout.empty()) {
    auto layout = chosen(test.layout, *layouts);
    if (!layout) return fail(common, failure_of(layout.error()));
    choice.layout = *layout;
  }
  choice.family = family_of(test.family);
  if (!test.family.empty() && choice.family == v1::MESSAGE_FAMILY_UNSPECIFIED)
    return fail(common,
                {kUsage, "usage.family", "There is no message family " + test.family + "."});
  auto source = documents::FileSource::open(os::path_of(test.file));
  if (!source) return fail(common, failure_of(source.error()));
  const LayoutPage::Shown shown{.rows = test.rows, .all = test.all};
  const auto page = common.json ? layout_json(out, codes->articles, shown)
                                : layout_text(out, codes->articles, shown);
  const auto name = os::path_of(test.file).filename().u8string();
  page->open(test.file);
  const auto counts =
      documents::read_document(**source, std::string(name.begin(), name.end()), choice, *page);
  const bool whole = counts.all_read() && counts.parts > counts.not_rows;
  page->close(counts, whole);
  return whole ? kDone : kRefused;
}

int list_layouts(const Common& common, const std::string& folder, std::ostream& out) {
  auto layouts = layouts_of(folder);
  if (!layouts) return fail(common, failure_of(layouts.error()));
  nlohmann::json document = nlohmann::json::array();
  for (const auto& layout : layouts->all()) {
    nlohmann::json families = nlohmann::json::array();
    std::string words;
    for (const auto family : layout.families) {
      families.push_back(family_name(family));
      words += (words.empty() ? "" : ", ") + family_name(family);
    }
    if (common.json) {
      document.push_back(
          {{"name", layout.name},
           {"version", layout.version},
           {"origin", documents::name_of(layout.origin)},
           {"source", layout.source},
           {"format", documents::name_of(layout.format)},
           {"title", layout.title.en().empty() ? layout.title.nl() : layout.title.en()},
           {"families", families}});
    } else {
      out << layout.name << "  " << documents::name_of(layout.format) << ", "
          << documents::name_of(layout.origin) << ", " << layout.version << "\n    " << words
          << "\n";
    }
  }
  if (common.json)
    out << nlohmann::json{{"layouts", document}}.dump(-1, ' ', false,
                                                      nlohmann::json::error_handler_t::replace)
        << "\n";
  return kDone;
}

LayoutCommands::LayoutCommands(CLI::App& app) {
  auto* layout =
      app.add_subcommand("layout", "how lists and statements of POD MI are read; needs no gateway");
  layout->require_subcommand(1);
  test_ = layout->add_subcommand(
      "test", "shows row by row what a layout makes of a file, and why a row failed");
  test_->add_option("FILE", asked_.file, "text, CSV, XML, or a ZIP file with such")->required();
  test_->add_option("--layout", asked_.layout,
                    "name of a layout, or of the file of one; without: the one that fits");
  test_->add_option("--family", asked_.family,
                    "only layouts for this message family, as read-policy show names it");
  test_->add_option("--codes", asked_.codes,
                    "file with signal types, feedback codes or budget articles to hold codes to; "
                    "repeatable; without: those compiled in");
  test_->add_option("--rows", asked_.rows, "how many rows to show; those that failed always are")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  test_->add_flag("--all", asked_.all, "shows all rows");
  test_->footer(
      "Shows what stands in the file, persons included. Exit codes: 0 every row was read, 1 not, 2 "
      "wrong usage, or a file or layout that cannot be read.");
  list_ = layout->add_subcommand("list", "lists them");
  for (auto* command : {test_, list_})
    command->add_option(
        "--layouts", asked_.folder,
        "folder with layouts of yours, each a *.json; one replaces that of its name");
}

std::optional<int> LayoutCommands::run(const Common& common) const {
  if (test_->parsed()) return test_layout(common, asked_, std::cout);
  if (list_->parsed()) return list_layouts(common, asked_.folder, std::cout);
  return std::nullopt;
}

}  // namespace semafoor::ctl
