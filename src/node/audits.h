// What the deployment itself puts on record about a chat: for now, that two events of one author
// have one id. Both stay and both are shown; the audit says that somebody, or some broken client,
// said two things at once.
#pragma once

#include "node/batches.h"
#include "node/cached_chat.h"
#include "node/lease.h"
#include "node/ledger.h"

namespace holdfast::node {

class Audits {
 public:
  Audits(Turn& turn, Batches& batches, Ledger& ledger, const Lease& lease)
      : turn_(turn), batches_(batches), ledger_(ledger), lease_(lease) {}

  // Writes an audit, unless one that names both is held. Of a deployment's nodes only the lease
  // holder writes.
  void id_conflict(CachedChat& chat, const Digest& a, const Digest& b);

 private:
  Turn& turn_;
  Batches& batches_;
  Ledger& ledger_;
  const Lease& lease_;
};

}  // namespace holdfast::node
