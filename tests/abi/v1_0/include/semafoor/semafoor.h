// SPDX-License-Identifier: Apache-2.0
//
// The whole ABI in one include, in the order in which it is best read.
#ifndef SEMAFOOR_SEMAFOOR_H
#define SEMAFOOR_SEMAFOOR_H

#include "base.h"
#include "error.h"
#include "ext/call.h"
#include "ext/dossiers.h"
#include "ext/events.h"
#include "ext/secrets.h"
#include "ext/stream.h"
#include "host.h"
#include "plugin.h"
#include "status.h"

#endif  // SEMAFOOR_SEMAFOOR_H
