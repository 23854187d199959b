// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/mailbox_commands.h"

#include <filesystem>
#include <fstream>
#include <system_error>

#include "gateway/ctl/answers.h"
#include "gateway/ctl/days.h"
#include "gateway/ctl/render.h"
#include "gateway/os/utf8_path.h"

namespace semafoor::ctl {
namespace {

constexpr std::size_t kChunk = 64 * 1024;

// False when `name` is given and none.
bool read_family(const std::string& name, v1::MessageFamily& family, Failure& failure) {
  family = family_of(name);
  if (name.empty() || family != v1::MESSAGE_FAMILY_UNSPECIFIED) return true;
  failure = {kUsage, "usage.family",
             "There is no message family " + name + "; semafoorctl read-policy show names them."};
  return false;
}

bool read_head(const UploadRequest& request, v1::UploadHead& head, Failure& failure) {
  head.mutable_organisation()->set_value(request.cbe);
  head.set_ebox_type(ebox_type_of(request.ebox_type));
  const auto name = os::path_of(request.file).filename().u8string();
  head.set_file_name(std::string(name.begin(), name.end()));
  if (!request.subject.empty()) head.mutable_subject()->set_nl(request.subject);
  if (!request.sender.empty()) head.mutable_sender_name()->set_nl(request.sender);
  if (!request.sender_organisation.empty())
    head.mutable_sender_organisation()->set_value(request.sender_organisation);
  head.set_message_type_id(request.message_type);
  head.set_downloaded_by(request.downloaded_by);
  v1::MessageFamily family = v1::MESSAGE_FAMILY_UNSPECIFIED;
  if (!read_family(request.family, family, failure)) return false;
  head.set_family(family);
  if (!request.received_on.empty() &&
      !read_day(request.received_on, *head.mutable_received_on(), failure))
    return false;
  return request.expires_on.empty() ||
         read_day(request.expires_on, *head.mutable_expires_on(), failure);
}

template <typename Request, typename Response, typename Method>
int policies(const Common& common, const Request& request, Method method) {
  Failure failure;
  const auto client = AdminClient::connect(common.socket, failure);
  Response response;
  if (!client || !client->call(client->admin(), method, request, response, failure))
    return fail(common, failure);
  return done(common, response, policy_page(response.policies()));
}

}  // namespace

int show_read_policy(const Common& common, const std::string& cbe) {
  v1::GetReadPolicyRequest request;
  request.mutable_organisation()->set_value(cbe);
  return policies<v1::GetReadPolicyRequest, v1::GetReadPolicyResponse>(
      common, request, &v1::Admin::Stub::GetReadPolicy);
}

int set_read_policy(const Common& common, const std::string& cbe, const std::string& family,
                    const std::string& policy) {
  v1::SetReadPolicyRequest request;
  request.mutable_organisation()->set_value(cbe);
  auto& one = *request.add_policies();
  Failure failure;
  v1::MessageFamily wanted = v1::MESSAGE_FAMILY_UNSPECIFIED;
  if (!read_family(family, wanted, failure)) return fail(common, failure);
  one.set_family(wanted);
  one.set_policy(policy_of(policy));
  return policies<v1::SetReadPolicyRequest, v1::SetReadPolicyResponse>(
      common, request, &v1::Admin::Stub::SetReadPolicy);
}

int upload(const Common& common, const UploadRequest& request) {
  Failure failure;
  v1::UploadHead head;
  if (!read_head(request, head, failure)) return fail(common, failure);
  const auto file = os::path_of(request.file);
  std::error_code problem;
  const auto size = std::filesystem::file_size(file, problem);
  std::ifstream stream(file, std::ios::binary);
  if (problem || !stream)
    return fail(common, {kUsage, "usage.file",
                         "The file " + request.file + " cannot be read" +
                             (problem ? ": " + problem.message() : "") +
                             ". Name one that this account may read."});
  head.set_size_bytes(static_cast<std::int64_t>(size));
  const auto client = AdminClient::connect(common.socket, failure);
  const auto next = [&](std::string& chunk, Failure& why) {
    chunk.resize(kChunk);
    stream.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    chunk.resize(static_cast<std::size_t>(stream.gcount()));
    if (!stream.bad()) return true;
    why = {kRefused, "usage.file", "The file " + request.file + " could not be read to its end."};
    return false;
  };
  v1::UploadMessageResponse response;
  if (!client || !client->upload(head, next, response, failure)) return fail(common, failure);
  return done(common, response,
              (response.duplicate() ? "Here already, as message " : "Stored as message ") +
                  response.message_id() + "\n");
}

}  // namespace semafoor::ctl
