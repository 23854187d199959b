// SPDX-License-Identifier: Apache-2.0
//
// Events as they come, until enough came, the time is over, or Ctrl-C. The pump acknowledges what
// was printed: a real host stores it first.
#include <atomic>
#include <memory>

#include "host-shim/host/commands.h"
#include "host-shim/host/interrupt.h"

namespace semafoor::reference_host {
namespace {

class Watcher {
 public:
  Watcher(Output& output, Interrupt& end, uint64_t most)
      : output_(output), end_(end), most_(most) {}

  shim::Handled take(const std::string& plugin, const shim::Event& event) {
    // Several pumps share the limit. What comes above it is not taken, and comes again next time.
    const uint64_t number = ++taken_;
    if (most_ != 0 && number > most_) return shim::Handled::end;
    const Json body = Json::parse(event.body, nullptr, false);
    output_.document(body.is_discarded() ? Json{{"eventId", event.id}} : body);
    output_.line(
        std::to_string(event.sequence) + "  " + plugin + "  " + event.type + "  " +
        event.subject_id +
        (event.subject_version > 0 ? " version " + std::to_string(event.subject_version) : ""));
    if (most_ != 0 && number == most_) end_.raise();
    return shim::Handled::stored;
  }

  void flow(const std::string& plugin, shim::Flow flow, semafoor_status status,
            std::string_view reason) {
    if (flow == shim::Flow::waiting)
      output_.progress(plugin + " waits: " + std::string(reason) + ", try", ++tries_, 0);
    if (flow != shim::Flow::ended || reason.empty()) return;
    failed_ = true;
    output_.failure(semafoor_shim_status_name(status), "host.events_ended",
                    plugin + ": " + std::string(reason));
    end_.raise();
  }

  bool failed() const { return failed_; }

 private:
  Output& output_;
  Interrupt& end_;
  const uint64_t most_;
  std::atomic<uint64_t> taken_{0};
  std::atomic<int64_t> tries_{0};
  std::atomic<bool> failed_{false};
};

}  // namespace

ExitCode watch(Session& session, Output& output, const WatchRequest& request) {
  std::vector<std::string> ids = request.plugins;
  if (ids.empty()) ids = {"ebox", "knipperlicht", "feedback"};
  Interrupt end;
  Watcher watcher(output, end, request.most);
  std::vector<std::unique_ptr<shim::EventPump>> pumps;
  pumps.reserve(ids.size());
  for (const std::string& id : ids) {
    pumps.push_back(std::make_unique<shim::EventPump>(
        session.plugin(id),
        [&watcher, id](const shim::Event& event) { return watcher.take(id, event); },
        [&watcher, id](shim::Flow flow, semafoor_status status, std::string_view reason) {
          watcher.flow(id, flow, status, reason);
        },
        shim::EventPump::Options{.never_acknowledge = !request.acknowledge}));
  }
  end.wait(request.time);
  for (auto& pump : pumps) pump->close();
  output.progress_done();
  return watcher.failed() ? kFailed : kDone;
}

}  // namespace semafoor::reference_host
