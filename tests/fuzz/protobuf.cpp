// An answer of a container runtime, as the program behind its socket sent it.
#include "cri/protobuf.hpp"

#include "property.hpp"

namespace {

using k8s_node::cri::Message;
using k8s_node::cri::MessageWriter;

/// Reads everything that can be asked of a message, inner ones too.
void read_all(const Message& message, int depth) {
    for (unsigned field = 1; field <= 8; ++field) {
        const auto number = message.number(field);
        const auto text = message.text(field);
        const auto written = MessageWriter().number(field, number).text(field + 1, text);
        const Message again(written.bytes());
        k8s_node::fuzz::require(again.number(field) == number && again.text(field + 1) == text,
                                "what is written is read back");
        static_cast<void>(k8s_node::fuzz::accepts([&] {
            for (const auto& inner : message.messages(field)) {
                if (depth > 0) {
                    read_all(inner, depth - 1);
                }
            }
        }));
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = k8s_node::fuzz::as_text(data, size);
    static_cast<void>(k8s_node::fuzz::accepts([&] { read_all(Message(bytes), 2); }));
    return 0;
}
