// SPDX-License-Identifier: Apache-2.0
#include "gateway/work/open_signals.h"

#include <algorithm>

namespace semafoor::work {
namespace {

constexpr int kPage = 500;

}  // namespace

Result<void> each_signal(store::Reader& reader, const store::Org& org, store::SignalQuery query,
                         const std::function<void(v1::Signal&)>& visit) {
  query.limit = kPage;
  do {
    auto page = reader.signals(org, query);
    if (!page) return page.error();
    for (v1::Signal& signal : page->items) visit(signal);
    query.position = page->position;
  } while (!query.position.empty());
  return {};
}

Result<std::vector<std::string>> open_ids(store::Store& store, const store::Org& org,
                                          const std::function<bool(const v1::Signal&)>& wanted) {
  std::vector<std::string> ids;
  const auto read = store.read([&](store::Reader& reader) {
    ids.clear();
    return each_signal(reader, org, {.open_only = true}, [&](const v1::Signal& signal) {
      if (wanted(signal)) ids.push_back(signal.signal_id());
    });
  });
  if (!read) return read.error();
  std::reverse(ids.begin(), ids.end());
  return ids;
}

}  // namespace semafoor::work
