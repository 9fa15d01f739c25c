// The message ids of events that an operator searches the journal for (MESSAGE_ID=). Never change
// or reuse one. packaging/k8s-node-install.catalog explains each to `journalctl -x`,
// k8s-node-install(8) lists them.
#pragma once

namespace k8s_node::message {

// A run of a verb that may change the machine.
inline constexpr const char* run_started = "3c8b7330596341d9afcc3956ab9767b7";
inline constexpr const char* run_finished = "45ba729ccdb24f6ca5fea09e7b58b98b";
inline constexpr const char* run_failed = "54d78c9d6b064fe09b6542a908098271";

// Events in the course of a run.
inline constexpr const char* run_waits = "751ce6dd8e864fb0b3aa6509a4eaf43b";
inline constexpr const char* plan_made = "e6659df19b5e4454a150d55ac9183e4f";
inline constexpr const char* artifact_fetched = "f5aaafe3e693467f8912fdd3175e7e79";
inline constexpr const char* fetch_retried = "491b4c95151f448fa637b5f8c0568293";
inline constexpr const char* keys_issued = "13026836f2924ad998f3e7b91b008f73";
inline constexpr const char* generation_switched = "08ddda4623bc43fb87973b86f35b762f";
inline constexpr const char* objects_applied = "ee8667531b0a45c48c723a91bede0f5a";
inline constexpr const char* node_ready = "056775e5bace49c1a2f0d7e5ac628996";
inline constexpr const char* etcd_recovered = "3c0a314a5af84c5c83cbfd89ec21b1a8";
inline constexpr const char* certificate_renewed = "7c9e483f7cc64446887695274f23bffb";
inline constexpr const char* certificate_needs_operator = "6eb2fe738d5c448f866aeeed528849dc";
inline constexpr const char* rotation_phase = "586945547f0f4b728f7f40f2761e177f";
inline constexpr const char* etcd_snapshot_saved = "ea847314ff8a4953ba2d14863d4eec80";
inline constexpr const char* pods_run = "47e2fef2b5c14ad996486d5e950f7dac";

// Failures; the record of the failed run follows.
inline constexpr const char* preflight_failed = "38d2c3de72a14e618fa2ba6b95bce7c0";
inline constexpr const char* verification_failed = "8cf338e560104436b40f37f489862954";
inline constexpr const char* unit_failed = "13bb85b3d10243f99e56acd6870e5bc9";

// Of k8s-node-watch.service, about a unit that runs and does not answer.
inline constexpr const char* unit_hung = "d2748790c4aa48599a446ff07ffb3a59";
inline constexpr const char* restart_held_back = "27e4368245e64bf58cb679f0dda6009b";
inline constexpr const char* restart_limit = "e8a7aac9b2b54d29bc6047eda11e8e69";

} // namespace k8s_node::message
