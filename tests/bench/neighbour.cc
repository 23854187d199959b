// SPDX-License-Identifier: Apache-2.0
//
// What somebody who works for one organisation waits for: a page of signals, an answer stored, an
// answer received by the authority. Each as often as asked, one after the other; the quantiles of
// each as one JSON object, microseconds. Or the other side of it: answers to all signals there are.
//
// usage: bench_neighbour PLUGINS SOCKET CBE ROUNDS | all
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <semafoor/shim.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace {

namespace shim = semafoor::shim;
using Clock = std::chrono::steady_clock;
using Json = nlohmann::json;
using namespace std::chrono_literals;

constexpr auto kLongest = 30s;

class Durations {
 public:
  void add(Clock::time_point since) {
    all_.push_back(std::chrono::duration<double, std::micro>(Clock::now() - since).count());
  }
  Json quantiles() {
    std::sort(all_.begin(), all_.end());
    return {{"p50", at(0.5)}, {"p99", at(0.99)}, {"max", all_.back()}, {"count", all_.size()}};
  }

 private:
  double at(double share) const {
    return all_[static_cast<std::size_t>(share * static_cast<double>(all_.size() - 1))];
  }
  std::vector<double> all_;
};

// Answers of which the receipt was told.
class Receipts {
 public:
  void came(const std::string& client_id) {
    {
      const std::scoped_lock guard(mutex_);
      ids_.insert(client_id);
    }
    bell_.notify_all();
  }
  void wait(const std::string& client_id) {
    std::unique_lock lock(mutex_);
    if (!bell_.wait_for(lock, kLongest, [&] { return ids_.contains(client_id); }))
      throw std::runtime_error("no receipt of answer " + client_id);
  }

 private:
  std::mutex mutex_;
  std::condition_variable bell_;
  std::unordered_set<std::string> ids_;
};

std::string config_of(const std::string& organisation, const std::string& socket) {
  return Json{{"organisation", organisation},
              {"host_name", "bench"},
              {"consumer", "bench"},
              {"gateway", {{"attestation_socket", socket}}}}
      .dump();
}

shim::CallOptions actor() {
  shim::CallOptions options;
  options.actor_id = "bench";
  options.actor_name = "Bench";
  options.purpose = "test";
  return options;
}

// As many at once as a page and a call may have.
Json answer_all(const std::string& folder, const std::string& socket,
                const std::string& organisation) {
  const std::string config = config_of(organisation, socket);
  const shim::Plugins plugins({folder});
  shim::Instance signals = plugins.start("knipperlicht", config);
  shim::Instance feedback = plugins.start("feedback", config);
  std::size_t answered = 0;
  Json next = {{"pageSize", 500}};
  do {
    const auto page = Json::parse(signals.call("Signals/ListSignals", next.dump()));
    Json items = Json::array();
    for (const auto& signal : page.at("signals"))
      items.push_back({{"signalId", signal.at("signalId")}, {"code", "X-COUNTED"}});
    if (!items.empty())
      feedback.call("Feedback/SubmitFeedback", Json{{"items", items}}.dump(), actor());
    answered += items.size();
    next["pageToken"] = page.value("nextPageToken", "");
  } while (next.at("pageToken") != "");
  return {{"answered", answered}};
}

Json run(const std::string& folder, const std::string& socket, const std::string& organisation,
         int rounds) {
  const std::string config = config_of(organisation, socket);
  const shim::Plugins plugins({folder});
  shim::Instance signals = plugins.start("knipperlicht", config);
  shim::Instance feedback = plugins.start("feedback", config);
  Receipts receipts;
  shim::EventPump pump(feedback, [&](const shim::Event& event) {
    if (event.type == "feedback.sent") receipts.came(event.subject_id);
    return shim::Handled::stored;
  });

  Durations list;
  Durations submit;
  Durations sent;
  for (int round = 0; round < rounds; ++round) {
    auto start = Clock::now();
    const auto page = Json::parse(signals.call(
        "Signals/ListSignals", R"({"pageSize":50,"states":["SIGNAL_STATE_RECEIVED"]})"));
    list.add(start);
    if (page.at("signals").empty()) throw std::runtime_error("no signal is left to answer");
    const Json request = {
        {"items",
         {{{"signalId", page.at("signals").at(0).at("signalId")}, {"code", "X-COUNTED"}}}}};
    start = Clock::now();
    const auto stored =
        Json::parse(feedback.call("Feedback/SubmitFeedback", request.dump(), actor()));
    submit.add(start);
    receipts.wait(stored.at("results").at(0).at("clientId"));
    sent.add(start);
  }
  pump.close();
  return {{"list", list.quantiles()}, {"submit", submit.quantiles()}, {"sent", sent.quantiles()}};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::cerr << "usage: " << argv[0] << " PLUGINS SOCKET CBE ROUNDS | all\n";
    return 2;
  }
  try {
    const bool all = std::string_view(argv[4]) == "all";
    const Json result = all ? answer_all(argv[1], argv[2], argv[3])
                            : run(argv[1], argv[2], argv[3], std::atoi(argv[4]));
    std::cout << result.dump() << "\n";
    return 0;
  } catch (const std::exception& error) {
    std::cerr << argv[0] << ": " << error.what() << "\n";
    return 1;
  }
}
