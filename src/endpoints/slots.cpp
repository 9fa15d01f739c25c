#include "endpoints/slots.hpp"

#include <algorithm>

#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node::endpoints {

namespace {

/// SRV_ADMF_FMAINT of HAProxy's server-t.h: put out of use by the configuration or by command.
constexpr int out_of_use = 0x01;

[[noreturn]] void refuse(std::string_view answer) {
    throw Error("haproxy answered something else than its table of servers: " +
                std::string(answer.substr(0, answer.find('\n'))));
}

std::size_t column(const std::vector<std::string>& names, const std::string& name,
                   std::string_view answer) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
        refuse(answer);
    }
    return static_cast<std::size_t>(found - names.begin());
}

std::string named(const Slot& slot) {
    return std::string(backend) + "/" + slot.name;
}

void take_out(const Slot& slot, SlotChanges& changes) {
    changes.commands.push_back("set server " + named(slot) + " state maint");
    changes.commands.push_back("shutdown sessions server " + named(slot));
    changes.removed.insert(slot.server);
}

void put_in(const std::string& server, const Slot& slot, SlotChanges& changes) {
    const auto colon = server.rfind(':');
    changes.commands.push_back("set server " + named(slot) + " addr " +
                               host_of_url("https://" + server) + " port " +
                               server.substr(colon + 1));
    changes.commands.push_back("set server " + named(slot) + " state ready");
    changes.added.insert(server);
}

} // namespace

std::vector<Slot> read_slots(std::string_view answer) {
    const auto lines = split_lines(answer);
    const auto head =
        std::ranges::find_if(lines, [](const auto& line) { return line.starts_with("# "); });
    if (head == lines.end()) {
        refuse(answer);
    }
    const auto names = split(head->substr(2), ' ');
    const auto name = column(names, "srv_name", answer);
    const auto address = column(names, "srv_addr", answer);
    const auto port = column(names, "srv_port", answer);
    const auto state = column(names, "srv_admin_state", answer);
    std::vector<Slot> slots;
    for (auto line = head + 1; line != lines.end(); ++line) {
        const auto words = split(*line, ' ');
        if (words.size() >= names.size() && words[name].starts_with(slot_prefix)) {
            slots.push_back({words[name], host_in_url(words[address]) + ":" + words[port],
                             (std::stoi(words[state]) & out_of_use) == 0});
        }
    }
    return slots;
}

SlotChanges changes_to(const Servers& wanted, const std::vector<Slot>& slots) {
    SlotChanges changes;
    auto missing = wanted;
    std::vector<Slot> free;
    for (const auto& slot : slots) {
        if (slot.is_used && missing.erase(slot.server) != 0) {
            continue;
        }
        if (slot.is_used) {
            take_out(slot, changes);
        }
        free.push_back(slot);
    }
    auto next = free.begin();
    for (const auto& server : missing) {
        if (next == free.end()) {
            changes.left_out.insert(server);
        } else {
            put_in(server, *next++, changes);
        }
    }
    return changes;
}

} // namespace k8s_node::endpoints
