// The little of Protocol Buffers that a few messages of the container runtime
// interface need: numbers, texts and messages, by the number of their field.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace k8s_node::cri {

/// A message under construction. Fields stand in the order of the calls.
class MessageWriter {
public:
    MessageWriter& number(unsigned field, std::uint64_t value);
    MessageWriter& text(unsigned field, std::string_view value);
    MessageWriter& message(unsigned field, const MessageWriter& value);
    /// One entry of a map<string, string>.
    MessageWriter& entry(unsigned field, std::string_view key, std::string_view value);

    [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }

private:
    void varint(std::uint64_t value);
    std::string bytes_;
};

/// A message that was received. Refers to the bytes that it was made from.
class Message {
public:
    /// Throws Error for what is no message.
    explicit Message(std::string_view bytes);

    /// The last field of this number counts, as Protocol Buffers has it; a
    /// missing one is 0, empty, or nothing.
    [[nodiscard]] std::uint64_t number(unsigned field) const;
    [[nodiscard]] std::string text(unsigned field) const;
    [[nodiscard]] std::optional<Message> message(unsigned field) const;
    /// All of a repeated field, in order.
    [[nodiscard]] std::vector<Message> messages(unsigned field) const;
    /// The value of a map<string, string>; empty without the key.
    [[nodiscard]] std::string entry(unsigned field, std::string_view key) const;

private:
    struct Field {
        unsigned number = 0;
        std::uint64_t value = 0; ///< of a number
        std::string_view bytes;  ///< of anything else
    };
    [[nodiscard]] const Field* last(unsigned field) const;
    std::vector<Field> fields_;
};

} // namespace k8s_node::cri
