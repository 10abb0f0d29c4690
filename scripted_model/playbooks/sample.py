from scripted_model.conversation import Conversation
from scripted_model.replies import Reply, say


def answer_sample(conversation: Conversation) -> Reply:
    return say("stub")
