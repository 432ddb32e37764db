import type { MessageType } from './proto-json.js';

/** `speechkit.tts.v3` and `speechkit.stt.v3`, as far as the two requests reach. */

const containerTypes = ['CONTAINER_AUDIO_TYPE_UNSPECIFIED', 'WAV', 'OGG_OPUS', 'MP3'];
const encodings = ['AUDIO_ENCODING_UNSPECIFIED', 'LINEAR16_PCM'];
const containerAudio: MessageType = { name: 'ContainerAudio', fields: { containerAudioType: { enum: containerTypes } } };

const synthesisFormat: MessageType = {
  name: 'AudioFormatOptions',
  fields: {
    rawAudio: { message: { name: 'RawAudio', fields: { audioEncoding: { enum: encodings }, sampleRateHertz: 'int64' } } },
    containerAudio: { message: containerAudio },
  },
  oneofs: [['rawAudio', 'containerAudio']],
};

const textTemplate: MessageType = {
  name: 'TextTemplate',
  fields: {
    textTemplate: 'string',
    variables: { repeated: { message: { name: 'TextVariable', fields: { variableName: 'string', variableValue: 'string' } } } },
  },
};

const audioVariable: MessageType = {
  name: 'AudioVariable',
  fields: { variableName: 'string', variableStartMs: 'int64', variableLengthMs: 'int64' },
};

const audioTemplate: MessageType = {
  name: 'AudioTemplate',
  fields: {
    audio: { message: { name: 'AudioContent', fields: { content: 'bytes', audioSpec: { message: synthesisFormat } } } },
    textTemplate: { message: textTemplate },
    variables: { repeated: { message: audioVariable } },
  },
};

const durationHint: MessageType = {
  name: 'DurationHint',
  fields: {
    policy: { enum: ['DURATION_HINT_POLICY_UNSPECIFIED', 'EXACT_DURATION', 'MIN_DURATION', 'MAX_DURATION'] },
    durationMs: 'int64',
  },
};

const hints: MessageType = {
  name: 'Hints',
  fields: {
    voice: 'string',
    audioTemplate: { message: audioTemplate },
    speed: 'double',
    volume: 'double',
    role: 'string',
    pitchShift: 'double',
    duration: { message: durationHint },
  },
  oneofs: [['voice', 'audioTemplate', 'speed', 'volume', 'role', 'pitchShift', 'duration']],
};

export const UTTERANCE_SYNTHESIS_REQUEST: MessageType = {
  name: 'UtteranceSynthesisRequest',
  fields: {
    model: 'string',
    text: 'string',
    textTemplate: { message: textTemplate },
    hints: { repeated: { message: hints } },
    outputAudioSpec: { message: synthesisFormat },
    loudnessNormalizationType: { enum: ['LOUDNESS_NORMALIZATION_TYPE_UNSPECIFIED', 'MAX_PEAK', 'LUFS'] },
    unsafeMode: 'bool',
  },
  oneofs: [['text', 'textTemplate']],
};

const recognitionFormat: MessageType = {
  name: 'AudioFormatOptions',
  fields: {
    rawAudio: {
      message: {
        name: 'RawAudio',
        fields: { audioEncoding: { enum: encodings }, sampleRateHertz: 'int64', audioChannelCount: 'int64' },
      },
    },
    containerAudio: { message: containerAudio },
  },
  oneofs: [['rawAudio', 'containerAudio']],
};

const textNormalization: MessageType = {
  name: 'TextNormalizationOptions',
  fields: {
    textNormalization: { enum: ['TEXT_NORMALIZATION_UNSPECIFIED', 'TEXT_NORMALIZATION_ENABLED', 'TEXT_NORMALIZATION_DISABLED'] },
    profanityFilter: 'bool',
    literatureText: 'bool',
    phoneFormattingMode: { enum: ['PHONE_FORMATTING_MODE_UNSPECIFIED', 'PHONE_FORMATTING_MODE_DISABLED'] },
  },
};

const languageRestriction: MessageType = {
  name: 'LanguageRestrictionOptions',
  fields: {
    restrictionType: { enum: ['LANGUAGE_RESTRICTION_TYPE_UNSPECIFIED', 'WHITELIST', 'BLACKLIST'] },
    languageCode: { repeated: 'string' },
  },
};

const recognitionModel: MessageType = {
  name: 'RecognitionModelOptions',
  fields: {
    model: 'string',
    audioFormat: { message: recognitionFormat },
    textNormalization: { message: textNormalization },
    languageRestriction: { message: languageRestriction },
    audioProcessingType: { enum: ['AUDIO_PROCESSING_TYPE_UNSPECIFIED', 'REAL_TIME', 'FULL_DATA'] },
  },
};

const classifier: MessageType = {
  name: 'RecognitionClassifier',
  fields: {
    classifier: 'string',
    triggers: { repeated: { enum: ['TRIGGER_TYPE_UNSPECIFIED', 'ON_UTTERANCE', 'ON_FINAL', 'ON_PARTIAL'] } },
  },
};

const speechAnalysis: MessageType = {
  name: 'SpeechAnalysisOptions',
  fields: {
    enableSpeakerAnalysis: 'bool',
    enableConversationAnalysis: 'bool',
    descriptiveStatisticsQuantiles: { repeated: 'double' },
  },
};

const speakerLabeling: MessageType = {
  name: 'SpeakerLabelingOptions',
  fields: {
    speakerLabeling: { enum: ['SPEAKER_LABELING_UNSPECIFIED', 'SPEAKER_LABELING_ENABLED', 'SPEAKER_LABELING_DISABLED'] },
  },
};

export const RECOGNIZE_FILE_REQUEST: MessageType = {
  name: 'RecognizeFileRequest',
  fields: {
    content: 'bytes',
    uri: 'string',
    recognitionModel: { message: recognitionModel },
    recognitionClassifier: {
      message: { name: 'RecognitionClassifierOptions', fields: { classifiers: { repeated: { message: classifier } } } },
    },
    speechAnalysis: { message: speechAnalysis },
    speakerLabeling: { message: speakerLabeling },
  },
  oneofs: [['content', 'uri']],
};
