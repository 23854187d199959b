// SPDX-License-Identifier: Apache-2.0
#include "host-shim/host/session.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <utility>

#include "host-shim/host/console.h"
#include "host-shim/src/utf8_path.h"

namespace semafoor::reference_host {
namespace {

// The user's folders may be relative to where he stands; the shim wants to know exactly.
std::vector<std::string> absolute_folders(const std::vector<std::string>& folders) {
  std::vector<std::string> absolute;
  absolute.reserve(folders.size());
  for (const std::string& folder : folders)
    absolute.push_back(
        std::filesystem::absolute(loader::path_of(folder)).lexically_normal().string());
  return absolute;
}

bool looks_like_the_network(const std::string& gateway) {
  const std::size_t colon = gateway.rfind(':');
  return colon != std::string::npos && colon + 1 < gateway.size() &&
         gateway.find_first_of("/\\") == std::string::npos &&
         gateway.find_first_not_of("0123456789", colon + 1) == std::string::npos;
}

std::string utf8_of(const std::filesystem::path& path) {
  const std::u8string text = path.u8string();
  return {text.begin(), text.end()};
}

std::string code_of(const Options& options) {
  if (options.pairing_code != "-") return options.pairing_code;
  std::string line;
  if (!std::getline(std::cin, line) || line.empty())
    throw WrongUse("--pair - reads the code from standard input; there was none");
  return line;
}

void set_gateway(const Options& options, Json& config) {
  Json& gateway = config["gateway"];
  if (!gateway.is_null() && !gateway.is_object()) return;
  if (options.identity_folder.empty()) {
    if (!options.pairing_code.empty() || !options.authority_fingerprint.empty())
      throw WrongUse(
          "--pair and --fingerprint need --identity FOLDER, where the key and the certificate go");
    if (looks_like_the_network(options.gateway))
      throw WrongUse("--gateway " + options.gateway +
                     " is an address of the network: --identity FOLDER is needed beside it");
    if (!options.gateway.empty()) gateway["attestation_socket"] = absolute_gateway(options.gateway);
  } else {
    const auto folder =
        std::filesystem::absolute(loader::path_of(options.identity_folder)).lexically_normal();
    gateway["identity_folder"] = utf8_of(folder);
    if (!options.gateway.empty()) gateway["address"] = options.gateway;
    if (!options.pairing_code.empty()) gateway["pairing_code"] = code_of(options);
    if (!options.authority_fingerprint.empty())
      gateway["authority_fingerprint"] = options.authority_fingerprint;
  }
  if (gateway.is_null()) config.erase("gateway");
}

Json make_config(const Options& options) {
  Json config = Json::object();
  if (!options.config_file.empty()) {
    std::ifstream file(loader::path_of(options.config_file));
    if (!file)
      throw WrongUse("the configuration file " + options.config_file + " cannot be opened");
    config = Json::parse(file, nullptr, false);
    if (!config.is_object())
      throw WrongUse("the configuration file " + options.config_file + " is not a JSON object");
  }
  if (!config.contains("host_name")) config["host_name"] = "semafoor-host";
  const auto set = [&config](const char* key, const std::string& value) {
    if (!value.empty()) config[key] = value;
  };
  set("organisation", options.organisation);
  set("consumer", options.consumer);
  set("language", options.language);
  set("encoding", options.encoding);
  set_gateway(options, config);
  return config;
}

}  // namespace

void News::tell() {
  {
    const std::lock_guard lock(mutex_);
    told_ = true;
  }
  changed_.notify_all();
}

bool News::wait_for(std::chrono::milliseconds wait) {
  std::unique_lock lock(mutex_);
  const bool told = changed_.wait_for(lock, wait, [this] { return told_; });
  told_ = false;
  return told;
}

Session::Session(const Options& options, Output& output)
    : options_(options),
      output_(output),
      config_(make_config(options)),
      plugins_(absolute_folders(options.plugin_folders)) {
  if (!options.dossier_file.empty()) dossiers_.emplace(options.dossier_file);
}

shim::Host Session::host() {
  shim::Host host;
  host.wake = [this] { news_.tell(); };
  host.log = [this](int32_t severity, std::string_view line) { output_.log(severity, line); };
  if (dossiers_)
    host.dossiers = [this](std::string_view request) { return dossiers_->resolve(request); };
  return host;
}

shim::Instance& Session::plugin(const std::string& id) {
  auto& instance = instances_[id];
  if (!instance)
    instance = std::make_unique<shim::Instance>(plugins_.start(id, config_.dump(), host()));
  return *instance;
}

shim::CallOptions Session::call_options() const {
  shim::CallOptions options;
  options.deadline = std::chrono::milliseconds(options_.deadline_ms);
  options.actor_id = options_.actor;
  options.actor_name = options_.actor_name;
  options.purpose = options_.purpose;
  options.legal_context = options_.legal_context;
  return options;
}

Json Session::call(const std::string& plugin_id, const std::string& method, const Json& request) {
  if (config_.value("encoding", "json") != "json")
    throw WrongUse("this command speaks JSON; only `call` works with --encoding protobuf");
  const std::string answer = plugin(plugin_id).call(method, request.dump(), call_options());
  Json document = Json::parse(answer, nullptr, false);
  if (document.is_discarded())
    throw std::runtime_error("plugin " + plugin_id + " answered " + method + " with no JSON");
  return document;
}

}  // namespace semafoor::reference_host
