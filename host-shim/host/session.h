// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "host-shim/host/dossier_file.h"
#include "host-shim/host/format.h"
#include "host-shim/host/options.h"
#include "host-shim/host/output.h"
#include "semafoor/shim.hpp"

namespace semafoor::reference_host {

// Wakes whoever waits when a plugin says that there is news.
class News {
 public:
  void tell();
  // At most `wait`; true when there was news.
  bool wait_for(std::chrono::milliseconds wait);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool told_ = false;
};

// The program's plugins: found, loaded and started when they are first needed.
class Session {
 public:
  Session(const Options& options, Output& output);

  const shim::Plugins& plugins() const { return plugins_; }
  // A started instance of plugin `id`.
  shim::Instance& plugin(const std::string& id);
  // One call in JSON, with the actor of the command line.
  Json call(const std::string& plugin_id, const std::string& method, const Json& request);
  shim::CallOptions call_options() const;
  // The document for `create`.
  const Json& config() const { return config_; }
  News& news() { return news_; }

 private:
  shim::Host host();

  const Options& options_;
  Output& output_;
  News news_;
  std::optional<DossierFile> dossiers_;
  Json config_;
  shim::Plugins plugins_;
  std::map<std::string, std::unique_ptr<shim::Instance>> instances_;
};

}  // namespace semafoor::reference_host
