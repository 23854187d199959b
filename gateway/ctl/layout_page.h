// SPDX-License-Identifier: Apache-2.0
//
// What `layout test` prints, while the document is read: memory does not grow with it.
#pragma once

#include <iosfwd>
#include <memory>
#include <string>

#include "gateway/documents/budget_articles.h"
#include "gateway/documents/document.h"

namespace semafoor::ctl {

class LayoutPage : public documents::Sink {
 public:
  struct Shown {
    long long rows = 20;
    bool all = false;
  };
  virtual void open(const std::string& file) = 0;
  virtual void close(const documents::Counts& counts, bool whole) = 0;
};

// Both write to `out`; articles outlive them.
std::unique_ptr<LayoutPage> layout_text(std::ostream& out,
                                        const documents::BudgetArticles& articles,
                                        LayoutPage::Shown shown);
// One document: {"file", "parts": [{..., "rows": [...]}], "counts"}. Amounts are eurocents.
std::unique_ptr<LayoutPage> layout_json(std::ostream& out,
                                        const documents::BudgetArticles& articles,
                                        LayoutPage::Shown shown);

// What a terminal would obey is written out ("\x1b"), and long text is cut.
std::string harmless(const std::string& text, std::size_t most);

}  // namespace semafoor::ctl
