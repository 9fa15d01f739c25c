// Making a cluster of etcd of one member, from this machine's data or from a snapshot, when most
// members are lost for good.
#pragma once

#include "etcd/members.hpp"
#include "recovery/outlook.hpp"

namespace k8s_node {

/// Does what `outlook` says, and waits until the node works: etcd alone, then the API server and
/// all other services, and the Node object. First the services that use etcd are stopped and its
/// data are copied aside. Then a start is forced (etcd's --force-new-cluster), or the snapshot is
/// restored, with revisions beyond those that clients know. Who the members are is read back, and
/// etcd is started as always. Each step is noted on disk before it is made, so that a run that was
/// killed is simply repeated. Throws Error, UnitError.
Member recover_etcd(const RecoveryOutlook& outlook, const Generation& current, System& system);

} // namespace k8s_node
