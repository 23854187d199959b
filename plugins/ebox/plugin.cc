// SPDX-License-Identifier: Apache-2.0
//
// The plugin "ebox": messages and attachments. All but SaveAttachment is the gateway's; that one
// writes where the gateway's account may not.
#include "plugins/kit/plugin.h"

#include <array>

#include "plugins/ebox/digest.h"
#include "plugins/ebox/file_name.h"
#include "plugins/ebox/saved_file.h"
#include "plugins/kit/instance.h"
#include "semafoor/v1/lists.pb.h"
#include "semafoor/v1/local.pb.h"
#include "semafoor/v1/mailbox.pb.h"

namespace semafoor::ebox {
namespace {

using kit::CallContext;
using kit::Done;
using kit::Failure;
using kit::Instance;
using kit::Nothing;

kit::Result<std::string> name_for(const v1::SaveAttachmentRequest& request,
                                  const v1::Attachment& attachment) {
  if (request.file_name().empty()) return harmless_name(attachment.file_name());
  if (is_one_component(request.file_name())) return request.file_name();
  return Failure{.status = SEMAFOOR_INVALID_ARGUMENT,
                 .code = "save.file_name",
                 .message =
                     "Saved an attachment under a name of the host's: it must be one plain path "
                     "component of at "
                     "most 200 bytes. Leave it out to use the attachment's own.",
                 .details_json = R"({"field":"fileName"})"};
}

Done save_attachment(Instance& instance, const google::protobuf::Message& message,
                     google::protobuf::Message& answer, const CallContext& context) {
  const auto& request = static_cast<const v1::SaveAttachmentRequest&>(message);
  auto& response = static_cast<v1::SaveAttachmentResponse&>(answer);
  v1::ReadAttachmentRequest read;
  *read.mutable_organisation() = request.organisation();
  read.set_message_id(request.message_id());
  read.set_attachment_id(request.attachment_id());
  auto stream = instance.open_path("/semafoor.v1.Mailbox/ReadAttachment",
                                   *v1::ReadAttachmentResponse::descriptor(), read, context);
  if (!stream) return std::move(stream.failure());
  const auto& attachment = static_cast<const v1::Attachment&>((*stream)->head());
  auto name = name_for(request, attachment);
  if (!name) return std::move(name.failure());
  auto file = make_saved_file(request.folder());
  if (!file) return std::move(file.failure());
  Sha256 digest;
  std::array<std::uint8_t, 64 * 1024> buffer;
  for (;;) {
    auto size = (*stream)->read(buffer);
    if (!size) return std::move(size.failure());
    if (*size == 0) break;
    digest.add({buffer.data(), *size});
    if (auto written = (*file)->append({buffer.data(), *size}); !written) return written;
  }
  if (digest.finish() != attachment.sha256()) {
    return Failure{.status = SEMAFOOR_DATA_LOSS,
                   .code = "attachment.digest",
                   .message =
                       "Saved an attachment: the bytes that came do not match its SHA-256. "
                       "No file was made. Repeat; if it stays so, tell the administrator."};
  }
  auto path = (*file)->commit(*name, request.overwrite());
  if (!path) return std::move(path.failure());
  response.set_path(*path);
  *response.mutable_attachment() = attachment;
  return Nothing{};
}

}  // namespace
}  // namespace semafoor::ebox

namespace semafoor::kit {

const Definition& definition() {
  static const auto* const plugin = [] {
    auto* made = new Definition{.id = "ebox", .name = "e-Box", .module = v1::MODULE_EBOX};
    made->methods = methods_of(v1::ListMessagesRequest::descriptor(), "Mailbox");
    auto lists = methods_of(v1::ListReadingsRequest::descriptor(), "Lists");
    made->methods.insert(made->methods.end(), lists.begin(), lists.end());
    auto modules = methods_of(v1::GetOperationRequest::descriptor(), "Modules");
    made->methods.push_back(method_named(modules, "Modules/GetOperation"));
    auto local = methods_of(v1::SaveAttachmentRequest::descriptor(), "LocalMailbox");
    method_named(local, "LocalMailbox/SaveAttachment").local = &ebox::save_attachment;
    made->methods.insert(made->methods.end(), local.begin(), local.end());
    return made;
  }();
  return *plugin;
}

}  // namespace semafoor::kit
