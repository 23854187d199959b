// SPDX-License-Identifier: Apache-2.0
//
// A host as offices have them: no console, floating-point exceptions unmasked as Delphi leaves
// them, numbers with a decimal comma, file names in UTF-16, no manifest.
//
// usage: office_host REQUEST.json ANSWER.json
//   REQUEST  {"plugins": FOLDER, "config": {...}, "calls": [{"plugin", "method", "request"}]}
//   ANSWER   {"decimalPoint", "console", "bits", "calls": [{"status", "answer"}], "environment"}
//            environment: whether the floating-point environment was as before after each call
// Exit code 0 when ANSWER was written; there is nowhere to say anything else.
#include <float.h>
#include <windows.h>
// After windows.h, whose types it uses.
#include <shellapi.h>
#include <xmmintrin.h>

#include <clocale>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <semafoor/shim.hpp>
#include <string>

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr unsigned kTraps = _EM_INVALID | _EM_ZERODIVIDE | _EM_OVERFLOW;
constexpr unsigned kVectorTraps = _MM_MASK_INVALID | _MM_MASK_DIV_ZERO | _MM_MASK_OVERFLOW;

void unmask() {
  _controlfp(0, kTraps);
  _mm_setcsr((_mm_getcsr() & ~kVectorTraps) | _MM_ROUND_UP);
}

// Whether this thread still has them, and rounds as it did.
bool unmasked() {
  const unsigned vectors = _mm_getcsr();
  return (_controlfp(0, 0) & kTraps) == 0 && (vectors & kVectorTraps) == 0 &&
         (vectors & _MM_ROUND_MASK) == _MM_ROUND_UP;
}

// An instance of each plugin, made when it is first called.
class Office {
 public:
  Office(const std::string& folder, std::string config)
      : plugins_({folder}), config_(std::move(config)) {}

  std::string call(const std::string& id, const std::string& method, const Json& request) {
    auto found = instances_.find(id);
    if (found == instances_.end())
      found = instances_.emplace(id, plugins_.start(id, config_)).first;
    semafoor::shim::CallOptions options;
    options.actor_id = "office";
    return found->second.call(method, request.dump(), options);
  }

 private:
  semafoor::shim::Plugins plugins_;
  std::string config_;
  std::map<std::string, semafoor::shim::Instance> instances_;
};

Json answer_to(Office& office, const Json& call) {
  try {
    return {{"status", "OK"},
            {"answer",
             Json::parse(office.call(call.at("plugin"), call.at("method"), call.at("request")))}};
  } catch (const semafoor::shim::Error& failure) {
    return {{"status", failure.status_name()}, {"answer", failure.what()}};
  }
}

void run(const fs::path& request_file, const fs::path& answer_file) {
  const Json request = Json::parse(std::ifstream(request_file, std::ios::binary));
  std::setlocale(LC_ALL, "Dutch_Belgium");
  Json answer{{"decimalPoint", std::localeconv()->decimal_point},
              {"console", GetConsoleWindow() != nullptr},
              {"bits", sizeof(void*) * 8},
              {"calls", Json::array()}};
  bool kept = true;
  {
    unmask();
    Office office(request.at("plugins"), request.at("config").dump());
    for (const Json& call : request.at("calls")) {
      answer["calls"].push_back(answer_to(office, call));
      kept = kept && unmasked();
    }
  }
  answer["environment"] = kept && unmasked();
  std::ofstream(answer_file, std::ios::binary) << answer.dump();
}

}  // namespace

int main() {
  int count = 0;
  const std::unique_ptr<LPWSTR, decltype(&LocalFree)> words(
      CommandLineToArgvW(GetCommandLineW(), &count), LocalFree);
  if (words == nullptr || count != 3) return 2;
  try {
    run(words.get()[1], words.get()[2]);
  } catch (const std::exception&) {
    return 1;
  }
  return 0;
}
