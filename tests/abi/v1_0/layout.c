// SPDX-License-Identifier: Apache-2.0
//
// Prints the layout of every public struct: name, size, alignment; then each member with offset
// and size. Compared with layout.txt, which was written when 1.0 was frozen.
#include <stdio.h>

#include "semafoor/semafoor.h"

#define TYPE(type) printf(#type " %zu %zu\n", sizeof(type), _Alignof(type))
#define MEMBER(type, member) \
  printf("  " #member " %zu %zu\n", offsetof(type, member), sizeof(((type*)0)->member))

int main(void) {
  TYPE(semafoor_span);
  MEMBER(semafoor_span, data);
  MEMBER(semafoor_span, size);
  TYPE(semafoor_error);
  MEMBER(semafoor_error, struct_size);
  MEMBER(semafoor_error, status);
  MEMBER(semafoor_error, retryable);
  MEMBER(semafoor_error, reserved);
  MEMBER(semafoor_error, retry_after_ms);
  MEMBER(semafoor_error, domain);
  MEMBER(semafoor_error, code);
  MEMBER(semafoor_error, message);
  MEMBER(semafoor_error, message_key);
  MEMBER(semafoor_error, correlation_id);
  MEMBER(semafoor_error, details_json);
  MEMBER(semafoor_error, release);
  TYPE(semafoor_host);
  MEMBER(semafoor_host, struct_size);
  MEMBER(semafoor_host, abi_minor);
  MEMBER(semafoor_host, context);
  MEMBER(semafoor_host, get_extension);
  MEMBER(semafoor_host, wake);
  MEMBER(semafoor_host, log);
  TYPE(semafoor_plugin_info);
  MEMBER(semafoor_plugin_info, struct_size);
  MEMBER(semafoor_plugin_info, flags);
  MEMBER(semafoor_plugin_info, id);
  MEMBER(semafoor_plugin_info, version);
  MEMBER(semafoor_plugin_info, name);
  MEMBER(semafoor_plugin_info, config_schema);
  TYPE(semafoor_instance_api);
  MEMBER(semafoor_instance_api, struct_size);
  MEMBER(semafoor_instance_api, reserved);
  MEMBER(semafoor_instance_api, start);
  MEMBER(semafoor_instance_api, stop);
  MEMBER(semafoor_instance_api, destroy);
  MEMBER(semafoor_instance_api, get_extension);
  TYPE(semafoor_entry);
  MEMBER(semafoor_entry, struct_size);
  MEMBER(semafoor_entry, abi_minor);
  MEMBER(semafoor_entry, get_info);
  MEMBER(semafoor_entry, create);
  MEMBER(semafoor_entry, instance);
  MEMBER(semafoor_entry, get_extension);
  TYPE(semafoor_call_options);
  MEMBER(semafoor_call_options, struct_size);
  MEMBER(semafoor_call_options, deadline_ms);
  MEMBER(semafoor_call_options, operation_id);
  MEMBER(semafoor_call_options, actor_id);
  MEMBER(semafoor_call_options, actor_name);
  MEMBER(semafoor_call_options, purpose);
  MEMBER(semafoor_call_options, correlation_id);
  TYPE(semafoor_reply);
  MEMBER(semafoor_reply, struct_size);
  MEMBER(semafoor_reply, reserved);
  MEMBER(semafoor_reply, body);
  MEMBER(semafoor_reply, schema);
  MEMBER(semafoor_reply, release);
  TYPE(semafoor_call_v1);
  MEMBER(semafoor_call_v1, struct_size);
  MEMBER(semafoor_call_v1, reserved);
  MEMBER(semafoor_call_v1, call);
  MEMBER(semafoor_call_v1, cancel);
  TYPE(semafoor_event);
  MEMBER(semafoor_event, struct_size);
  MEMBER(semafoor_event, reserved);
  MEMBER(semafoor_event, sequence);
  MEMBER(semafoor_event, time_ms);
  MEMBER(semafoor_event, id);
  MEMBER(semafoor_event, type);
  MEMBER(semafoor_event, subject_id);
  MEMBER(semafoor_event, subject_version);
  MEMBER(semafoor_event, cursor);
  MEMBER(semafoor_event, body);
  MEMBER(semafoor_event, release);
  MEMBER(semafoor_event, reserved_end);
  TYPE(semafoor_events_v1);
  MEMBER(semafoor_events_v1, struct_size);
  MEMBER(semafoor_events_v1, reserved);
  MEMBER(semafoor_events_v1, next);
  MEMBER(semafoor_events_v1, ack);
  TYPE(semafoor_stream_v1);
  MEMBER(semafoor_stream_v1, struct_size);
  MEMBER(semafoor_stream_v1, reserved);
  MEMBER(semafoor_stream_v1, open);
  MEMBER(semafoor_stream_v1, read);
  MEMBER(semafoor_stream_v1, close);
  TYPE(semafoor_dossiers_v1);
  MEMBER(semafoor_dossiers_v1, struct_size);
  MEMBER(semafoor_dossiers_v1, reserved);
  MEMBER(semafoor_dossiers_v1, resolve);
  TYPE(semafoor_secrets_v1);
  MEMBER(semafoor_secrets_v1, struct_size);
  MEMBER(semafoor_secrets_v1, reserved);
  MEMBER(semafoor_secrets_v1, get);
  MEMBER(semafoor_secrets_v1, put);
  MEMBER(semafoor_secrets_v1, remove);
  return 0;
}
