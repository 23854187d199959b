// SPDX-License-Identifier: Apache-2.0
//
// What a plugin says of itself to the kit: its name, its methods, and what it answers on its own.
#pragma once

#include <google/protobuf/message.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/kit/config.h"
#include "plugins/kit/failure.h"
#include "semafoor/v1/modules.pb.h"

namespace semafoor::kit {

class Instance;
struct CallContext;

// The plugin's own part of an instance, such as a cache.
class PluginState {
 public:
  virtual ~PluginState() = default;
};

// Answers a method of local.proto inside the host's process. `request` is of the method's type; the
// answer is filled into `response`. [any-thread]
using LocalHandler = Done (*)(Instance& instance, const google::protobuf::Message& request,
                              google::protobuf::Message& response, const CallContext& context);
// Looks at a request before it is forwarded, and may complete it.
using BeforeForward = Done (*)(Instance& instance, google::protobuf::Message& request);
// Looks at a failed forward; may add to the failure what the host needs for a retry.
using AfterFailure = void (*)(Instance& instance, const google::protobuf::Message& request,
                              Failure& failure);
// Sees each event before the host does, on the host's own thread.
using OnEvent = void (*)(Instance& instance, const v1::Event& event);

struct Method {
  // "Mailbox/ListMessages".
  std::string name;
  // "/semafoor.v1.Mailbox/ListMessages".
  std::string path;
  const google::protobuf::Descriptor* request = nullptr;
  const google::protobuf::Descriptor* response = nullptr;
  bool streaming = false;
  // Null: forwarded to the gateway.
  LocalHandler local = nullptr;
  BeforeForward before = nullptr;
  AfterFailure after_failure = nullptr;
};

struct Definition {
  std::string_view id;
  std::string_view name;
  v1::Module module = v1::MODULE_UNSPECIFIED;
  std::span<const ConfigKey> own_keys;
  std::vector<Method> methods;
  OnEvent on_event = nullptr;
  std::unique_ptr<PluginState> (*make_state)() = nullptr;
};

// The version all three plugins of a release share, and the protocol minor they were built with.
inline constexpr std::string_view kPluginVersion = "1.0.0";
inline constexpr int kProtocolMinor = 0;

// Every method of the service that stands in the same file as `any_message` ("Mailbox", and the
// file of ListMessagesRequest). Takes the message's descriptor so that the file is linked in.
std::vector<Method> methods_of(const google::protobuf::Descriptor* any_message,
                               const std::string& service);
// The one of that name; the plugin's definition is wrong when there is none.
Method& method_named(std::vector<Method>& methods, std::string_view name);

// Made by the plugin on first use and never destroyed.
const Definition& definition();

}  // namespace semafoor::kit
