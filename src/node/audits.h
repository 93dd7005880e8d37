// What the deployment itself puts on record about a chat: for now, that two events of one author
// have one id. Both stay and both are shown; the audit says that somebody, or some broken client,
// said two things at once.
//
// Of a deployment's nodes only the lease holder writes, and whoever held the lease when the second
// event came may not have lived to do it. So a conflict is looked at again until it is on record.
#pragma once

#include <set>

#include "node/batches.h"
#include "node/chats.h"
#include "node/gate.h"
#include "node/lease.h"
#include "node/ledger.h"

namespace holdfast::node {

class Audits {
 public:
  Audits(Turn& turn, Chats& chats, Batches& batches, Ledger& ledger, const Lease& lease,
         const Gate& gate)
      : turn_(turn),
        chats_(chats),
        batches_(batches),
        ledger_(ledger),
        lease_(lease),
        gate_(gate) {}

  // An event whose id another one has was held.
  void id_conflict(const CachedChat& chat);
  // A chat was read, with whatever is in it.
  void loaded(const CachedChat& chat);
  void tick() { write_due(); }

 private:
  using Pair = std::pair<Digest, Digest>;

  void write_due();
  void write(const CachedChat& chat, const Pair& both);

  Turn& turn_;
  Chats& chats_;
  Batches& batches_;
  Ledger& ledger_;
  const Lease& lease_;
  const Gate& gate_;
  std::set<ChatKey> due_;   // chats with a conflict that may not be on record
  std::set<Pair> written_;  // by this process, on their way to the disk or held
};

}  // namespace holdfast::node
