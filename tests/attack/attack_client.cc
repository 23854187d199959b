// SPDX-License-Identifier: Apache-2.0
//
// Calls any method of the gateway in any way that a caller may think of: with a token of its own or
// somebody else's, with a certificate, in clear, with metadata of any size. Prints one JSON line.
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/util/json_util.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <future>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "semafoor/v1/admin.pb.h"
#include "semafoor/v1/errors.pb.h"
#include "semafoor/v1/signals.pb.h"

namespace {

using nlohmann::json;

struct Way {
  std::string attest;
  std::string token;
  std::string address;
  // PEM files.
  std::string authority;
  std::string certificate;
  std::string key;
  bool clear = false;
  std::vector<std::string> metadata;
  int repeat = 1;
};

int print(const json& document) {
  std::cout << document.dump(-1, ' ', false, json::error_handler_t::replace) << std::endl;
  return 0;
}

std::string content_of(const std::string& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

// What the attestation socket answers to one line; empty when it answers nothing.
std::string attest(const std::string& path, const std::string& line) {
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return {};
  const std::string request = line + "\n";
  std::string answer;
  if (::send(socket, request.data(), request.size(), MSG_NOSIGNAL) >= 0) {
    char buffer[4096];
    for (ssize_t count = 0; (count = ::recv(socket, buffer, sizeof buffer, 0)) > 0;)
      answer.append(buffer, static_cast<std::size_t>(count));
  }
  ::close(socket);
  return answer;
}

std::shared_ptr<grpc::Channel> channel_of(const Way& way) {
  if (way.clear || way.address.starts_with("unix:"))
    return grpc::CreateChannel(way.address, grpc::InsecureChannelCredentials());
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = content_of(way.authority);
  if (!way.certificate.empty()) {
    options.pem_cert_chain = content_of(way.certificate);
    options.pem_private_key = content_of(way.key);
  }
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride("gateway.semafoor.internal");
  return grpc::CreateCustomChannel(way.address, grpc::SslCredentials(options), arguments);
}

json once(grpc::GenericStub& stub, const Way& way, const google::protobuf::MethodDescriptor& method,
          const std::string& request_json) {
  auto* const factory = google::protobuf::MessageFactory::generated_factory();
  const std::unique_ptr<google::protobuf::Message> request(
      factory->GetPrototype(method.input_type())->New());
  const std::unique_ptr<google::protobuf::Message> response(
      factory->GetPrototype(method.output_type())->New());
  if (!google::protobuf::util::JsonStringToMessage(request_json, request.get()).ok())
    return {{"wrong", "request"}};
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  if (!way.token.empty()) context.AddMetadata("authorization", "Bearer " + way.token);
  for (const std::string& pair : way.metadata) {
    const auto equals = pair.find('=');
    context.AddMetadata(pair.substr(0, equals), pair.substr(equals + 1));
  }
  const std::string bytes = request->SerializeAsString();
  const grpc::Slice slice(bytes);
  const grpc::ByteBuffer sent(&slice, 1);
  grpc::ByteBuffer received;
  std::promise<grpc::Status> done;
  stub.UnaryCall(&context, "/" + method.service()->full_name() + "/" + method.name(), {}, &sent,
                 &received, [&done](grpc::Status status) { done.set_value(std::move(status)); });
  const grpc::Status status = done.get_future().get();
  json answer{{"status", static_cast<int>(status.error_code())},
              {"message", status.error_message()},
              {"code", ""}};
  const auto& trailing = context.GetServerTrailingMetadata();
  if (const auto found = trailing.find("semafoor-error-bin"); found != trailing.end()) {
    semafoor::v1::ErrorDetail detail;
    if (detail.ParseFromArray(found->second.data(), static_cast<int>(found->second.size())))
      answer["code"] = detail.code();
  }
  if (!status.ok()) return answer;
  std::vector<grpc::Slice> slices;
  (void)received.Dump(&slices);
  std::string reply;
  for (const auto& one : slices)
    reply.append(reinterpret_cast<const char*>(one.begin()), one.size());
  std::string text;
  if (response->ParseFromString(reply) &&
      google::protobuf::util::MessageToJsonString(*response, &text).ok())
    answer["response"] = json::parse(text);
  return answer;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Calls a gateway in ways that it must refuse."};
  app.require_subcommand(1);
  Way way;
  std::string line = R"({"v":1,"host":"attack","client":"attack"})";
  auto* const ask = app.add_subcommand("attest", "prints what the attestation socket answers");
  ask->add_option("SOCKET", way.attest)->required();
  ask->add_option("LINE", line);
  auto* const call = app.add_subcommand("call", "calls a method");
  std::string name;
  std::string request = "{}";
  call->add_option("METHOD", name, "Mailbox.ListMessages")->required();
  call->add_option("REQUEST", request, "proto3 JSON");
  call->add_option("--attest", way.attest, "gets a token of its own there, and the address");
  call->add_option("--token", way.token);
  call->add_option("--address", way.address);
  call->add_option("--ca", way.authority);
  call->add_option("--cert", way.certificate);
  call->add_option("--key", way.key);
  call->add_flag("--clear", way.clear);
  call->add_option("--meta", way.metadata, "key=value");
  call->add_option("--repeat", way.repeat, "until the first that is refused");
  CLI11_PARSE(app, argc, argv);

  if (ask->parsed()) return print({{"answer", attest(way.attest, line)}, {"pid", ::getpid()}});
  if (!way.attest.empty()) {
    const json answer = json::parse(attest(way.attest, line), nullptr, false);
    if (!answer.is_object()) return print({{"status", -1}, {"code", ""}, {"message", "no answer"}});
    if (answer.contains("error"))
      return print({{"status", -1},
                    {"code", answer["error"]["code"]},
                    {"message", answer["error"]["message"]}});
    way.token = answer.at("token").get<std::string>();
    if (way.address.empty()) way.address = answer.at("address").get<std::string>();
  }
  // Services are known by name only when their files are linked; Admin's needs all others.
  if (semafoor::v1::GetStatusRequest::descriptor() == nullptr ||
      semafoor::v1::ListSignalsRequest::descriptor() == nullptr)
    return 1;
  const auto* const method =
      google::protobuf::DescriptorPool::generated_pool()->FindMethodByName("semafoor.v1." + name);
  if (method == nullptr) return print({{"wrong", "method"}});
  grpc::GenericStub stub(channel_of(way));
  json answer;
  for (int i = 0; i < way.repeat; ++i) {
    answer = once(stub, way, *method, request);
    if (answer.value("status", -1) != 0) break;
  }
  return print(answer);
}
