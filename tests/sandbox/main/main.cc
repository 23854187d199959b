// SPDX-License-Identifier: Apache-2.0
//
// semafoor-sandbox: a pretended authorization server, e-Box provider, POD MI mailbox and KSZ.
#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/sandbox/content/people.h"
#include "tests/sandbox/main/sandbox.h"
#include "tests/sandbox/main/system.h"
#include "tests/sandbox/oauth/certificate.h"
#include "tests/sandbox/oauth/keys.h"

namespace {

namespace sandbox = semafoor::sandbox;

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) throw std::runtime_error("cannot read " + path);
  return text.str();
}

struct Serve {
  sandbox::Options options;
  std::vector<std::string> clients;
  std::string port_file, state, anchor;
  bool stop_on_stdin_eof = false;
  bool no_annexes = false;
};

void register_client(sandbox::Sandbox& box, const std::string& text) {
  auto equals = text.find('=');
  auto colon = text.find(':', equals == std::string::npos ? 0 : equals);
  if (equals == std::string::npos || colon == std::string::npos) {
    throw std::runtime_error("--client wants CLIENT_ID=CBE:PEM_FILE, not " + text);
  }
  auto id = text.substr(0, equals);
  auto why = box.add_client(id, text.substr(equals + 1, colon - equals - 1),
                            read_file(text.substr(colon + 1)));
  if (why) throw std::runtime_error("client " + id + " cannot be registered: " + *why);
}

int serve(Serve& wish) {
  if (!wish.anchor.empty()) {
    auto day = sandbox::content::parse_day(wish.anchor);
    if (!day) throw std::runtime_error("--anchor wants a date yyyy-mm-dd, not " + wish.anchor);
    wish.options.world.anchor = *day;
  }
  wish.options.world.annexes = !wish.no_annexes;
  const auto end = sandbox::End::watch();
  sandbox::Sandbox box(wish.options);
  for (const auto& client : wish.clients) register_client(box, client);
  box.start();
  if (!wish.port_file.empty())
    sandbox::write_file(wish.port_file, std::to_string(box.port()) + "\n");
  std::cout << "ready " << box.describe().dump() << std::endl;

  end->wait(wish.stop_on_stdin_eof);
  box.stop();
  if (!wish.state.empty()) {
    sandbox::make_folder(wish.state, sandbox::Readers::everybody);
    sandbox::write_file(wish.state + "/ledger.json", box.ledger().dump(2) + "\n");
    sandbox::write_file(wish.state + "/expected.json", box.expected().dump(2) + "\n");
  }
  return 0;
}

void keygen(const std::string& folder, const std::string& client, bool p256) {
  if (client.find('/') != std::string::npos) throw std::runtime_error("a client id has no slash");
  sandbox::make_folder(folder, sandbox::Readers::this_account);
  auto keys = p256 ? sandbox::oauth::make_p256_key_pair() : sandbox::oauth::make_rsa_key_pair();
  auto secret = folder + "/" + client + ".key.pem";
  auto open = folder + "/" + client + ".pub.pem";
  sandbox::write_file(secret, keys.private_pem, sandbox::Readers::this_account);
  sandbox::write_file(open, keys.public_pem);
  auto certificate = folder + "/" + client + ".crt.pem";
  sandbox::write_file(certificate, sandbox::oauth::make_self_signed(keys.private_pem, client));
  std::cout << nlohmann::json{{"client", client},
                              {"privateKey", secret},
                              {"publicKey", open},
                              {"certificate", certificate}}
                   .dump()
            << std::endl;
}

void add_world(CLI::App& app, sandbox::control::WorldOptions& world) {
  app.add_option("--seed", world.seed, "Same seed, same content")->capture_default_str();
  app.add_option("--organisations", world.organisations, "How many OCMWs")
      ->capture_default_str()
      ->check(CLI::Range(1, 900));
  app.add_option("--signals", world.signals, "Different knipperlichten per organisation")
      ->capture_default_str()
      ->check(CLI::Range(0, 1000000));
  app.add_option("--persons", world.persons, "Persons per organisation")
      ->capture_default_str()
      ->check(CLI::Range(1, static_cast<int>(sandbox::content::kMostPersons)));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Pretends to be the authorization server, the e-Box provider (contract 2.1), the POD MI "
      "mailbox and the KSZ's services for it.\n"
      "All persons, organisations and documents are invented. Listens on 127.0.0.1 only.",
      "semafoor-sandbox"};
  app.set_version_flag("--version", "semafoor-sandbox " SEMAFOOR_VERSION);
  Serve wish;
  auto& world = wish.options.world;
  add_world(app, world);
  app.add_option("--messages", world.messages, "Messages per organisation")
      ->capture_default_str()
      ->check(CLI::Range(0, 1000000));
  app.add_option("--attachment-bytes", world.attachment_bytes,
                 "Every main content is at least this long; 0: sizes vary")
      ->capture_default_str()
      ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1} << 30));
  std::uint64_t attachment_kib = 0;
  app.add_option("--attachment-kib", attachment_kib,
                 "Every message has one attachment, of at least so many KiB")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 20));
  app.add_flag("--no-annexes", wish.no_annexes, "Only main contents, one attachment a message");
  app.add_option("--big-attachment", world.big_attachment,
                 "One more message in the first organisation, with an attachment of so many MiB")
      ->capture_default_str()
      ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1} << 20));
  app.add_option("--anchor", wish.anchor, "Day of the newest message [2026-11-20]");
  app.add_option("--port", wish.options.port, "0: any free one")
      ->capture_default_str()
      ->check(CLI::Range(0, 65535));
  app.add_option("--port-file", wish.port_file, "The port is written here once it serves");
  app.add_option("--state", wish.state, "Folder for ledger.json and expected.json at the end");
  app.add_option("--client", wish.clients,
                 "CLIENT_ID=CBE:PEM_FILE, of a public key or a certificate (repeatable)")
      ->allow_extra_args(false);
  app.add_option("--token-lifetime", wish.options.token_lifetime, "Seconds")
      ->capture_default_str()
      ->check(CLI::Range(1, 86400));
  app.add_option("--audience", wish.options.more_audiences,
                 "Accepted besides the token URL (repeatable)")
      ->allow_extra_args(false);
  app.add_flag("--federation", wish.options.federation,
               "The registry lists one more provider of each kind: active, down, in maintenance, "
               "not yet active, deactivated, speaking 3");
  app.add_flag("--stop-on-stdin-eof", wish.stop_on_stdin_eof, "End when standard input closes");

  auto* keys = app.add_subcommand(
      "keygen", "Make a key pair and a certificate for a client, not encrypted: for tests only");
  std::string folder, client;
  bool p256 = false;
  keys->add_option("--out", folder, "Folder")->required();
  keys->add_option("--client", client, "Client id, also the name of the files")->required();
  keys->add_flag("--p256", p256, "P-256 for ES256 instead of RSA 2048 for RS256");

  auto* people =
      app.add_subcommand("persons", "Print the persons and dossiers of each organisation");
  sandbox::control::WorldOptions people_world;
  bool json = false;
  add_world(*people, people_world);
  people->add_flag("--json", json, "JSON (otherwise one line a person)");

  CLI11_PARSE(app, argc, argv);
  try {
    if (*keys) {
      keygen(folder, client, p256);
      return 0;
    }
    if (*people) {
      auto organisations = sandbox::content::make_organisations(
          people_world.seed, people_world.organisations, people_world.persons);
      if (json) {
        std::cout << sandbox::content::to_json(organisations, people_world.seed).dump(2) << "\n";
        return 0;
      }
      for (const auto& organisation : organisations) {
        for (const auto& person : organisation.persons) {
          std::cout << organisation.cbe << "  " << person.ssin << "  " << person.dossiers.size()
                    << " dossier(s)  " << person.last_name << " " << person.first_name << "\n";
        }
      }
      return 0;
    }
    if (attachment_kib > 0) {
      world.attachment_bytes = attachment_kib << 10;
      wish.no_annexes = true;
    }
    return serve(wish);
  } catch (const std::exception& problem) {
    std::cerr << "semafoor-sandbox: " << problem.what() << "\n";
    return 1;
  }
}
