// The places that HAProxy's configuration keeps for API servers, and what must be said to HAProxy
// so that they hold the right ones. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "endpoints/server_list.hpp"

namespace k8s_node::endpoints {

/// The backend and the first letters of its slots in the configuration of the component haproxy.
inline constexpr const char* backend = "kube-apiserver";
inline constexpr std::string_view slot_prefix = "slot";

/// One line of a server-template: a place that can be given an address while HAProxy runs.
struct Slot {
    std::string name;
    std::string server; ///< "192.0.2.10:6443"
    bool is_used = false;
};

/// Reads the answer to "show servers state" (management guide of HAProxy 2.6 and 3.0, version 1 of
/// the table, whose columns it names itself). Throws Error for anything else.
[[nodiscard]] std::vector<Slot> read_slots(std::string_view answer);

struct SlotChanges {
    std::vector<std::string> commands; ///< of HAProxy's runtime interface, in order
    Servers added;
    Servers removed;
    Servers left_out; ///< for which there is no slot
};

/// Returns how to get from `slots` to `wanted`. A server that stays keeps its slot and its
/// connections; those to one that goes are ended, so that their clients come again by another.
[[nodiscard]] SlotChanges changes_to(const Servers& wanted, const std::vector<Slot>& slots);

} // namespace k8s_node::endpoints
