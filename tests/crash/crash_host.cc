// SPDX-License-Identifier: Apache-2.0
//
// A vendor's software under full load, made to be killed: it synchronises, follows every event and
// answers every signal, and keeps a journal of what it did. Each line is one write() and so
// survives SIGKILL, as would the database of a real host. Started again, it repeats under the old
// client ids what it has no outcome of.
//
//   try ID SIGNAL CODE      before the first byte of an answer leaves
//   ack ID                  the gateway has said that the answer is stored
//   no ID CODE              the gateway will not have it
//   event PLUGIN SEQUENCE TYPE SUBJECT
//   read ATTACHMENT         an attachment was read to its verified end
//
// usage: semafoor-crash-host PLUGINS ORGANISATION SOCKET JOURNAL; ends when its standard input
// does.
#include <atomic>
#include <condition_variable>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <random>
#include <semafoor/shim.hpp>
#include <set>
#include <sstream>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace shim = semafoor::shim;
using Json = nlohmann::json;
using namespace std::chrono_literals;

struct Try {
  std::string signal;
  std::string code;
};

class Journal {
 public:
  explicit Journal(const char* path) {
    std::ifstream before(path);
    for (std::string text; std::getline(before, text);) replay(text);
    file_.open(path, std::ios::app | std::ios::binary);
    if (!file_) throw std::runtime_error(std::string("cannot open the journal ") + path);
  }

  // Shorter than the stream's buffer: flushed, it is one write of the system's.
  void write(const std::string& text) {
    const std::lock_guard lock(mutex_);
    if (!(file_ << text + "\n" << std::flush)) throw std::runtime_error("cannot write the journal");
  }

  // Tries of the last life without an outcome, by client id.
  std::map<std::string, Try> open;

 private:
  void replay(const std::string& text) {
    std::istringstream words(text);
    std::string what, id;
    Try tried;
    words >> what >> id;
    if (what == "try" && words >> tried.signal >> tried.code) open[id] = tried;
    if (what == "ack" || what == "no") open.erase(id);
  }

  std::mutex mutex_;
  std::ofstream file_;
};

std::string new_uuid() {
  static std::random_device source;
  char text[37];
  const auto part = [] { return static_cast<unsigned>(source()); };
  std::snprintf(text, sizeof text, "%08x-%04x-4%03x-a%03x-%04x%08x", part(), part() & 0xffffU,
                part() & 0xfffU, part() & 0xfffU, part() & 0xffffU, part());
  return text;
}

// Until the gateway is back, or there is new work; wakes at once when the program is to end.
class Pause {
 public:
  void wait(const std::stop_token& stop, std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    bell_.wait_for(lock, stop, time, [] { return false; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any bell_;
};

class Answerer {
 public:
  Answerer(shim::Instance& signals, shim::Instance& feedback, Journal& journal)
      : signals_(signals), feedback_(feedback), journal_(journal) {}

  void run(const std::stop_token& stop) {
    Pause pause;
    while (!stop.stop_requested()) {
      bool idle = false;
      try {
        if (!journal_.open.empty()) submit();
        if (journal_.open.empty()) idle = !find_more();
      } catch (const shim::Error&) {
        idle = true;  // The gateway is away, or says no for now: the journal knows what is open.
      }
      if (idle) pause.wait(stop, 10ms);
    }
  }

 private:
  // Signals without an answer, or with a refused one, get one.
  bool find_more() {
    const auto page = Json::parse(signals_.call("Signals/ListSignals", R"({"pageSize":40,"states":[
        "SIGNAL_STATE_RECEIVED","SIGNAL_STATE_ASSIGNED","SIGNAL_STATE_INVESTIGATED",
        "SIGNAL_STATE_ANSWER_REFUSED"]})"));
    for (const Json& signal : page.at("signals")) {
      const std::string id = new_uuid();
      const Try tried{signal.at("signalId"), "X-COUNTED"};
      journal_.write("try " + id + " " + tried.signal + " " + tried.code);
      journal_.open[id] = tried;
    }
    return !page.at("signals").empty();
  }

  void submit() {
    Json request = {{"items", Json::array()}};
    for (const auto& [id, tried] : journal_.open) {
      request["items"].push_back(
          {{"clientId", id}, {"signalId", tried.signal}, {"code", tried.code}});
    }
    shim::CallOptions options;
    options.actor_id = "crash-host";
    options.actor_name = "Crash host";
    options.purpose = "test";
    options.deadline = 5s;
    const auto answer =
        Json::parse(feedback_.call("Feedback/SubmitFeedback", request.dump(), options));
    for (const Json& result : answer.at("results")) {
      const std::string id = result.at("clientId");
      if (result.contains("feedback")) {
        journal_.write("ack " + id);
      } else {
        journal_.write("no " + id + " " + result.at("problem").at("code").get<std::string>());
      }
      journal_.open.erase(id);
    }
  }

  shim::Instance& signals_;
  shim::Instance& feedback_;
  Journal& journal_;
};

// Synchronises without pause and reads what the newest messages carry.
void use_mailbox(shim::Instance& ebox, Journal& journal, const std::stop_token& stop) {
  Pause pause;
  std::vector<std::uint8_t> buffer(64 * 1024);
  while (!stop.stop_requested()) {
    try {
      ebox.call("Mailbox/Synchronise");
      const auto page = Json::parse(ebox.call("Mailbox/ListMessages", R"({"pageSize":2})"));
      for (const Json& message : page.at("messages")) {
        for (const Json& attachment : message.at("attachments")) {
          if (attachment.at("state") != "ATTACHMENT_STATE_STORED") continue;
          const std::string id = attachment.at("attachmentId");
          const Json wanted = {{"messageId", message.at("messageId")}, {"attachmentId", id}};
          auto stream = ebox.open("Mailbox/ReadAttachment", wanted.dump());
          while (stream.read(buffer.data(), buffer.size()) > 0) {
          }
          journal.write("read " + id);
        }
      }
    } catch (const shim::Error& error) {
      // Bytes that are not what was announced are the one thing that no kill may ever cause.
      if (error.status() == SEMAFOOR_DATA_LOSS && error.code() != "attachment.incomplete")
        journal.write("damaged " + error.code());
    }
    pause.wait(stop, 20ms);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::cerr << "usage: " << argv[0] << " PLUGINS ORGANISATION SOCKET JOURNAL\n";
    return 2;
  }
  try {
    Journal journal(argv[4]);
    const std::string config = Json{{"organisation", argv[2]},
                                    {"host_name", "crash-host"},
                                    {"consumer", "crash-host"},
                                    {"gateway", {{"attestation_socket", argv[3]}}}}
                                   .dump();
    const shim::Plugins plugins({argv[1]});
    std::map<std::string, std::unique_ptr<shim::Instance>> instances;
    std::vector<std::unique_ptr<shim::EventPump>> pumps;
    for (const std::string id : {"ebox", "knipperlicht", "feedback"}) {
      auto& instance = instances[id];
      instance = std::make_unique<shim::Instance>(plugins.start(id, config));
      pumps.push_back(std::make_unique<shim::EventPump>(
          *instance,
          [&journal, id](const shim::Event& event) {
            journal.write("event " + id + " " + std::to_string(event.sequence) + " " + event.type +
                          " " + event.subject_id);
            return shim::Handled::stored;
          },
          shim::EventPump::OnFlow{}, shim::EventPump::Options{.ack_every = 20}));
    }
    Answerer answerer(*instances["knipperlicht"], *instances["feedback"], journal);
    std::jthread answering([&](const std::stop_token& stop) { answerer.run(stop); });
    std::jthread reading(
        [&](const std::stop_token& stop) { use_mailbox(*instances["ebox"], journal, stop); });
    std::string line;
    std::getline(std::cin, line);
    answering.request_stop();
    reading.request_stop();
    answering.join();
    reading.join();
    for (auto& pump : pumps) pump->close();
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "semafoor-crash-host: " << error.what() << "\n";
    return 1;
  }
}
