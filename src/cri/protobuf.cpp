#include "cri/protobuf.hpp"

#include <algorithm>

#include "support/error.hpp"

namespace k8s_node::cri {

namespace {

enum WireType : unsigned { varint_type = 0, eight_bytes = 1, counted_bytes = 2, four_bytes = 5 };

Error damaged() {
    return Error("the response is damaged: it is not a Protocol Buffers message");
}

/// Takes bytes from the front of a message.
class Cursor {
public:
    explicit Cursor(std::string_view rest) : rest_(rest) {}

    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

    std::uint64_t varint() {
        constexpr unsigned longest = 64;
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < longest && !rest_.empty(); shift += 7) {
            const auto byte = static_cast<unsigned char>(rest_.front());
            rest_.remove_prefix(1);
            value |= std::uint64_t{byte & 0x7fU} << shift;
            if (byte < 0x80U) {
                return value;
            }
        }
        throw damaged();
    }

    std::string_view bytes(std::uint64_t count) {
        if (count > rest_.size()) {
            throw damaged();
        }
        const auto taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }

private:
    std::string_view rest_;
};

} // namespace

void MessageWriter::varint(std::uint64_t value) {
    while (value >= 0x80U) {
        bytes_ += static_cast<char>((value & 0x7fU) | 0x80U);
        value >>= 7U;
    }
    bytes_ += static_cast<char>(value);
}

MessageWriter& MessageWriter::number(unsigned field, std::uint64_t value) {
    varint(field << 3U | varint_type);
    varint(value);
    return *this;
}

MessageWriter& MessageWriter::text(unsigned field, std::string_view value) {
    varint(field << 3U | counted_bytes);
    varint(value.size());
    bytes_ += value;
    return *this;
}

MessageWriter& MessageWriter::message(unsigned field, const MessageWriter& value) {
    return text(field, value.bytes());
}

MessageWriter& MessageWriter::entry(unsigned field, std::string_view key, std::string_view value) {
    return message(field, MessageWriter().text(1, key).text(2, value));
}

Message::Message(std::string_view bytes) {
    Cursor cursor(bytes);
    while (!cursor.at_end()) {
        const auto tag = cursor.varint();
        Field field{static_cast<unsigned>(tag >> 3U), 0, {}};
        switch (tag & 7U) {
        case varint_type:
            field.value = cursor.varint();
            break;
        case counted_bytes:
            field.bytes = cursor.bytes(cursor.varint());
            break;
        case eight_bytes:
            field.bytes = cursor.bytes(8);
            break;
        case four_bytes:
            field.bytes = cursor.bytes(4);
            break;
        default:
            throw damaged();
        }
        fields_.push_back(field);
    }
}

const Message::Field* Message::last(unsigned field) const {
    const auto found = std::find_if(fields_.rbegin(), fields_.rend(),
                                    [&](const Field& each) { return each.number == field; });
    return found == fields_.rend() ? nullptr : &*found;
}

std::uint64_t Message::number(unsigned field) const {
    const auto* found = last(field);
    return found == nullptr ? 0 : found->value;
}

std::string Message::text(unsigned field) const {
    const auto* found = last(field);
    return found == nullptr ? std::string() : std::string(found->bytes);
}

std::optional<Message> Message::message(unsigned field) const {
    const auto* found = last(field);
    return found == nullptr ? std::nullopt : std::optional<Message>(found->bytes);
}

std::vector<Message> Message::messages(unsigned field) const {
    std::vector<Message> out;
    for (const auto& each : fields_) {
        if (each.number == field) {
            out.emplace_back(each.bytes);
        }
    }
    return out;
}

std::string Message::entry(unsigned field, std::string_view key) const {
    for (const auto& pair : messages(field)) {
        if (pair.text(1) == key) {
            return pair.text(2);
        }
    }
    return {};
}

} // namespace k8s_node::cri
