// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/credential_commands.h"

#include <CLI/CLI.hpp>
#include <array>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/ctl/answers.h"
#include "gateway/ctl/credential_page.h"
#include "gateway/ctl/upstream_commands.h"
#include "gateway/ctl/upstream_page.h"
#include "gateway/os/hidden_line.h"
#include "gateway/os/utf8_path.h"

namespace semafoor::ctl {
namespace {

constexpr std::size_t kLargestFile = 64 * 1024;

struct StepCommand {
  const char* name;
  const char* what;
  v1::CredentialStep step;
};
constexpr std::array<StepCommand, 5> kSteps{
    {{"activate", "the prepared key signs from now on", v1::CREDENTIAL_STEP_ACTIVATE},
     {"rollback", "the previous key signs again", v1::CREDENTIAL_STEP_ROLL_BACK},
     {"withdraw", "gives up the key that is prepared", v1::CREDENTIAL_STEP_WITHDRAW},
     {"retire", "destroys the previous key", v1::CREDENTIAL_STEP_RETIRE},
     {"remove", "destroys all of it, when no organisation names it", v1::CREDENTIAL_STEP_REMOVE}}};

bool read_file(const std::string& name, std::string& bytes, Failure& failure) {
  std::ifstream file(os::path_of(name), std::ios::binary);
  bytes.resize(kLargestFile + 1);
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  if (!file.is_open() || bytes.empty() || bytes.size() > kLargestFile) {
    failure = {kUsage, "usage.file",
               "The file " + name +
                   " cannot be read, is empty, or is larger than 64 KiB. Name the file of the key "
                   "(.p12, .pfx or .pem), which this account may read."};
    return false;
  }
  return true;
}

// PEM says whether it is protected; PKCS#12 mostly is.
bool may_be_protected(const std::string& bytes) {
  return bytes.find("-----BEGIN ") == std::string::npos ||
         bytes.find("ENCRYPTED") != std::string::npos;
}

void wipe(std::string& secret) {
  // Through a pointer to volatile: a compiler may not take it for idle.
  volatile char* const bytes = secret.data();
  for (std::size_t i = 0; i < secret.size(); ++i) bytes[i] = 0;
}

}  // namespace

struct CredentialCommands::Words {
  std::string name;
  std::string file;
  std::string certificate;
  std::string passphrase_file;
  std::string reason;
  std::string upstream;
  bool next = false;
  bool yes = false;
  std::string confirm;
  bool even_so = false;

  CLI::App* list = nullptr;
  CLI::App* import = nullptr;
  CLI::App* prepare = nullptr;
  CLI::App* test = nullptr;
  CLI::App* rotate = nullptr;
  CLI::App* pin = nullptr;
  CLI::App* erase = nullptr;
  std::array<CLI::App*, kSteps.size()> steps{};

  // From the file that was named, or typed; empty where there is neither file nor terminal.
  bool read_secret(const std::string& question, std::string& secret, Failure& failure) const {
    if (passphrase_file.empty()) {
      if (os::is_at_terminal()) secret = os::hidden_line(question).value_or(std::string());
      return true;
    }
    if (!read_file(passphrase_file, secret, failure)) return false;
    while (secret.ends_with('\n') || secret.ends_with('\r')) secret.pop_back();
    return true;
  }

  bool read_passphrase(const std::string& material, std::string& passphrase,
                       Failure& failure) const {
    if (passphrase_file.empty() && !may_be_protected(material)) return true;
    return read_secret("Passphrase of " + file + " (Enter: it has none): ", passphrase, failure);
  }

  bool bring(AdminClient& client, v1::CredentialPlace place, v1::ImportCredentialResponse& response,
             Failure& failure) const {
    v1::ImportCredentialRequest request;
    request.set_name(name);
    request.set_place(place);
    request.set_reason(reason);
    const bool read =
        read_file(file, *request.mutable_material(), failure) &&
        read_passphrase(request.material(), *request.mutable_passphrase(), failure) &&
        (certificate.empty() || read_file(certificate, *request.mutable_certificate(), failure));
    const bool brought = read && client.call(client.admin(), &v1::Admin::Stub::ImportCredential,
                                             request, response, failure);
    wipe(*request.mutable_material());
    wipe(*request.mutable_passphrase());
    return brought;
  }

  bool try_key(AdminClient& client, bool prepared, v1::TestCredentialResponse& response,
               Failure& failure) const {
    v1::TestCredentialRequest request;
    request.set_name(name);
    request.set_place(prepared ? v1::CREDENTIAL_PLACE_NEXT : v1::CREDENTIAL_PLACE_ACTIVE);
    return client.call(client.admin(), &v1::Admin::Stub::TestCredential, request, response,
                       failure);
  }

  bool step(AdminClient& client, v1::CredentialStep wanted, v1::StepCredentialResponse& response,
            Failure& failure) const {
    v1::StepCredentialRequest request;
    request.set_name(name);
    request.set_step(wanted);
    request.set_reason(reason);
    return client.call(client.admin(), &v1::Admin::Stub::StepCredential, request, response,
                       failure);
  }

  int run_pin(const Common& common, AdminClient& client, Failure& failure) const {
    v1::ImportCredentialRequest request;
    request.set_name(name);
    request.set_place(v1::CREDENTIAL_PLACE_TOKEN_PIN);
    request.set_reason(reason);
    std::string& secret = *request.mutable_passphrase();
    v1::ImportCredentialResponse response;
    const bool kept =
        read_secret("PIN of the token " + name + ": ", secret, failure) &&
        client.call(client.admin(), &v1::Admin::Stub::ImportCredential, request, response, failure);
    wipe(secret);
    return kept ? done(common, response, "Kept, sealed.\n") : fail(common, failure);
  }

  int run_list(const Common& common, AdminClient& client, Failure& failure) const {
    v1::ListCredentialsResponse response;
    if (!client.call(client.admin(), &v1::Admin::Stub::ListCredentials,
                     v1::ListCredentialsRequest(), response, failure))
      return fail(common, failure);
    return done(common, response, credentials_page(response));
  }

  int run_import(const Common& common, AdminClient& client, v1::CredentialPlace place,
                 Failure& failure) const {
    v1::ImportCredentialResponse response;
    if (!bring(client, place, response, failure)) return fail(common, failure);
    return done(common, response,
                credential_lines(response.credential()) +
                    "Remove the file it came from when you have a copy in a safe place: " + file +
                    "\n");
  }

  int run_test(const Common& common, AdminClient& client, Failure& failure) const {
    v1::TestCredentialResponse response;
    if (!try_key(client, next, response, failure)) return fail(common, failure);
    if (upstream.empty())
      return done(common, response, "It signs.\n" + credential_lines(response.credential()));
    return test_upstream(common, upstream, next);
  }

  // Each step may be said again: one that was interrupted goes on where it was.
  int run_rotate(const Common& common, AdminClient& client, Failure& failure) const {
    const auto tell = [&common](const std::string& text) {
      if (!common.json) std::cout << text << std::flush;
    };
    v1::ImportCredentialResponse prepared;
    if (!bring(client, v1::CREDENTIAL_PLACE_NEXT, prepared, failure)) return fail(common, failure);
    std::vector<v1::UpstreamStep> walked;
    const auto end = [&](int code, const v1::Credential& credential, bool activated,
                         const std::string& text) {
      std::cout << (common.json
                        ? rotation_document(credential, activated,
                                            walked.empty() ? "" : steps_document(upstream, walked))
                        : text);
      return code;
    };
    if (!prepared.credential().has_next())
      return end(kDone, prepared.credential(), true,
                 "This key signs already.\n" + credential_lines(prepared.credential()));
    tell("Prepared. Both keys are valid meanwhile.\n");
    v1::TestCredentialResponse tested;
    if (!try_key(client, true, tested, failure)) return fail(common, failure);
    tell("Tested: it signs, and its certificate verifies that.\n");
    if (!upstream.empty()) {
      constexpr char kNotYet[] =
          "Not activated: the former key signs on. Register the new certificate, and say this "
          "again.\n";
      if (!walk_upstream(common, upstream, true, walked, failure)) {
        tell(kNotYet);
        return fail(common, failure);
      }
      tell("\n" + summary_line(walked));
      if (count_steps(walked).failed > 0) return end(kRefused, tested.credential(), false, kNotYet);
    }
    if (!yes && !agreed())
      return end(kDone, tested.credential(), false,
                 "Not activated: the former key signs on. Say: semafoorctl credentials activate " +
                     name + "\n");
    v1::StepCredentialResponse active;
    if (!step(client, v1::CREDENTIAL_STEP_ACTIVATE, active, failure)) return fail(common, failure);
    return end(kDone, active.credential(), true,
               "Activated.\n" + credential_lines(active.credential()) +
                   "When all is well for some days: semafoorctl credentials retire " + name + "\n");
  }

  bool agreed() const {
    if (!os::is_at_terminal()) return false;
    std::cerr << "Activate it now? Its certificate must be registered with the upstreams. [y/N] "
              << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y";
  }

  int run_erase(const Common& common, AdminClient& client, Failure& failure) const {
    v1::EraseOrganisationRequest request;
    request.mutable_organisation()->set_value(name);
    request.set_confirm(confirm);
    request.set_reason(reason);
    request.set_even_so(even_so);
    v1::EraseOrganisationResponse response;
    if (!client.call(client.admin(), &v1::Admin::Stub::EraseOrganisation, request, response,
                     failure))
      return fail(common, failure);
    (void)done(common, response, erasure_page(response));
    return response.left_over().empty() ? kDone : kRefused;
  }
};

CredentialCommands::CredentialCommands(CLI::App& app) : words_(std::make_unique<Words>()) {
  Words& words = *words_;
  auto* credentials = app.add_subcommand(
      "credentials", "the keys that sign for organisations, sealed in the gateway's vault");
  credentials->require_subcommand(1);
  const auto add = [&](const char* name, const char* what) {
    auto* const command = credentials->add_subcommand(name, what);
    command->add_option("NAME", words.name, "name of the key, as organisations' settings give it")
        ->required();
    return command;
  };
  const auto with_reason = [&](CLI::App* command) {
    command->add_option("--reason", words.reason, "why; recorded, no personal data")->required();
  };
  const auto with_file = [&](CLI::App* command) {
    command->add_option("FILE", words.file, "PKCS#12 (.p12, .pfx), or PEM with the key")
        ->required();
    command->add_option("--certificate", words.certificate,
                        "its certificate, when that is in a file of its own");
    command->add_option("--passphrase-file", words.passphrase_file,
                        "holds the passphrase that opens FILE; without: asked for at the terminal");
    with_reason(command);
  };
  const auto with_upstream = [&](CLI::App* command) {
    command->add_option("--upstream", words.upstream,
                        "then walks the connections of this organisation with it");
  };
  words.list = credentials->add_subcommand(
      "list", "all of them: who names them, where they live, how long they last");
  words.import = add("import", "brings the first key of a name");
  with_file(words.import);
  words.prepare = add("prepare", "brings the key that is to follow; the present one signs on");
  with_file(words.prepare);
  words.test = add("test", "signs with it, and verifies that with its certificate");
  words.test->add_flag("--next", words.next, "the one that is prepared to follow");
  with_upstream(words.test);
  words.rotate =
      add("rotate", "prepare, test and activate in one go; says again what was interrupted");
  with_file(words.rotate);
  with_upstream(words.rotate);
  words.rotate->add_flag("--yes", words.yes, "activates without asking, when the tests passed");
  for (std::size_t i = 0; i < kSteps.size(); ++i) {
    words.steps[i] = add(kSteps[i].name, kSteps[i].what);
    with_reason(words.steps[i]);
  }

  words.pin = credentials->add_subcommand("pin", "keeps the PIN of a token, sealed");
  words.pin->add_option("TOKEN", words.name, "name of the token, as [[keys.token]] gives it")
      ->required();
  words.pin->add_option("--passphrase-file", words.passphrase_file,
                        "holds the PIN; without: asked for at the terminal");
  with_reason(words.pin);

  words.erase = app.add_subcommand(
      "erase",
      "destroys an organisation's key: its data is unreadable for ever, in backups too; its audit "
      "stays");
  words.erase->add_option("CBE", words.name, "enterprise number of the organisation")->required();
  words.erase->add_option("--confirm", words.confirm, "the same number again")->required();
  with_reason(words.erase);
  words.erase->add_flag("--even-so", words.even_so,
                        "also while modules are on or answers wait, which are lost then");
  words.erase->footer(
      "Exit codes: 0 all of it is done, 1 refused, or something is left that a person must do.");
}

CredentialCommands::~CredentialCommands() = default;

std::optional<int> CredentialCommands::run(const Common& common) const {
  const Words& words = *words_;
  const bool of_ours = words.list->parsed() || words.import->parsed() || words.prepare->parsed() ||
                       words.test->parsed() || words.rotate->parsed() || words.pin->parsed() ||
                       words.erase->parsed();
  const StepCommand* wanted = nullptr;
  for (std::size_t i = 0; i < kSteps.size(); ++i)
    if (words.steps[i]->parsed()) wanted = &kSteps[i];
  if (!of_ours && wanted == nullptr) return std::nullopt;
  Failure failure;
  const auto client = AdminClient::connect(common.socket, failure);
  if (!client) return fail(common, failure);
  if (wanted != nullptr) {
    v1::StepCredentialResponse response;
    if (!words.step(*client, wanted->step, response, failure)) return fail(common, failure);
    return done(common, response, credential_lines(response.credential()));
  }
  if (words.list->parsed()) return words.run_list(common, *client, failure);
  if (words.import->parsed())
    return words.run_import(common, *client, v1::CREDENTIAL_PLACE_ACTIVE, failure);
  if (words.prepare->parsed())
    return words.run_import(common, *client, v1::CREDENTIAL_PLACE_NEXT, failure);
  if (words.test->parsed()) return words.run_test(common, *client, failure);
  if (words.rotate->parsed()) return words.run_rotate(common, *client, failure);
  if (words.pin->parsed()) return words.run_pin(common, *client, failure);
  return words.run_erase(common, *client, failure);
}

}  // namespace semafoor::ctl
