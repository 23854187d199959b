// SPDX-License-Identifier: Apache-2.0
//
// One document, read inside one transaction: all of it is there afterwards, or nothing.
#pragma once

#include <cstdint>

#include "gateway/documents/source.h"
#include "gateway/domain/act.h"
#include "gateway/domain/result.h"
#include "gateway/lists/rules.h"
#include "gateway/lists/signal_sink.h"
#include "gateway/lists/target.h"
#include "gateway/store/store.h"
#include "semafoor/v1/lists.pb.h"

namespace semafoor::lists {

struct ReadingJob {
  const DocumentFacts& facts;
  const documents::Source& source;
  const Rules& rules;
  const SignalSink& sink;
  const domain::Act& act;
  // What it became before, which is replaced; null: it is read for the first time.
  const v1::ListReading* before = nullptr;
};

// Stores what the rows become, the reading, its audit record and its events. What the document
// lacks is in the reading; an error is one of the store, or of the place where the bytes are, and
// worth another try.
Result<v1::ListReading> read_into(store::Transaction& tx, const ReadingJob& job);

}  // namespace semafoor::lists
