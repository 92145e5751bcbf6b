import twilio from "twilio";

const client = twilio(process.env.TWILIO_ACCOUNT_SID, process.env.TWILIO_AUTH_TOKEN);

// Twilio calls its ids "sid" too. They are nobody's session.
export async function delivered(sid) {
  const message = await client.messages(sid).fetch();
  return message.status === "delivered";
}
