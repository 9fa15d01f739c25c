#include "systemd/unit_condition.hpp"

namespace k8s_node {

namespace {

template <typename Value, typename Field>
void take(Field& field, const PropertyMap& changed, const std::string& name) {
    if (const auto* value = changed.find<Value>(name)) {
        field = static_cast<Field>(*value);
    }
}

} // namespace

UnitCondition updated(UnitCondition condition, const PropertyMap& changed) {
    take<std::string>(condition.active, changed, "ActiveState");
    take<std::string>(condition.sub, changed, "SubState");
    take<std::string>(condition.result, changed, "Result");
    take<std::uint64_t>(condition.job, changed, "Job");
    take<std::uint64_t>(condition.restarts, changed, "NRestarts");
    take<std::uint64_t>(condition.entered_us, changed, "StateChangeTimestampMonotonic");
    return condition;
}

} // namespace k8s_node
